import { listTables } from './tables.ts';
import type { ContractColumn, ContractTable, ContractType } from './types.ts';

const TYPE_LABELS: Readonly<Record<ContractType, string>> = {
  text: 'text',
  boolean: 'boolean',
  integer: 'integer',
  bigint: 'big integer',
  float: 'float (64 bits)',
  money: 'decimal(14,2)',
  date: 'date',
  timestamp: 'timestamp (UTC)',
};

const INTRODUCTION = `# Data dictionary

The raw tables Tenure understands. Bring what you have: a table you do not load is empty, and what needs it says so.
This page is generated from \`src/contract\` by \`npm run docs\`.

How values are read:

- Column names match without regard to case; spaces and dashes count as underscores. Columns the contract does not know are left out and named in the report.
- An empty value is no value (NULL). A row without a value in a required column, or in its key, is rejected.
- A value from a fixed list is folded to lower case with underscores, then through the known other spellings; what is still unknown is rejected. "Folded" free text is put in lower case.
- Times without an offset are UTC. A date may carry midnight as its time, nothing else.
- Whole numbers may be written \`12\` or \`12.0\`, not \`12.5\`. Amounts with more than two decimals are rounded to the cent, and the report counts them.
- A row is replaced as a whole by a later row with the same key; the replaced version is kept, so that a batch can be undone.
- Each table also has \`_source\` (the file), \`_loaded_at\` and \`_batch_id\`.
- "Known at" names the column that says when a value became known. Before that moment, models see no value.
`;

function renderRule(column: ContractColumn): string {
  const rules: string[] = [];
  if (column.values) rules.push(`one of ${column.values.join(', ')}`);
  if (column.aliases) {
    const spellings = Object.entries(column.aliases).map(([alias, value]) => `${alias} → ${value}`);
    rules.push(`also read: ${spellings.join(', ')}`);
  }
  if (column.isFolded) rules.push('folded');
  if (column.minimum !== undefined && column.maximum !== undefined) {
    rules.push(`${column.minimum} to ${column.maximum}`);
  } else if (column.minimum !== undefined) rules.push(`≥ ${column.minimum}`);
  if (column.defaultValue === 'load_date') rules.push('default: the day of the load');
  else if (column.defaultValue !== undefined) rules.push(`default: ${column.defaultValue}`);
  if (column.references) rules.push(`→ ${column.references}`);
  if (column.knownAt) rules.push(`known at ${column.knownAt}`);
  return rules.join('; ');
}

function renderColumn(column: ContractColumn, table: ContractTable): string {
  const role = table.key.includes(column.name) ? 'key' : column.isRequired ? 'yes' : '';
  const name = `${column.isExtension ? '+' : ''}\`${column.name}\``;
  return `| ${[name, TYPE_LABELS[column.type], role, column.description, renderRule(column)].join(' | ')} |`;
}

function renderTable(table: ContractTable): string {
  const lines = [
    `## ${table.schema}.${table.name}`,
    '',
    table.description,
    '',
    `Key: ${table.key.map((name) => `\`${name}\``).join(', ')}.`,
  ];
  if (table.eventTime) lines.push(`Watermark: the latest \`${table.eventTime}\`.`);
  lines.push('', '| column | type | required | meaning | values |', '|---|---|---|---|---|');
  lines.push(...table.columns.map((column) => renderColumn(column, table)));
  return lines.join('\n');
}

/**
 * The data dictionary as Markdown, one section per table.
 *
 * @example
 * fs.writeFileSync('docs/dictionary.md', renderDictionary());
 */
export function renderDictionary(): string {
  const sections = listTables().map(renderTable);
  return [
    INTRODUCTION,
    '`+` marks a column that extends the contract: it may be missing everywhere.\n',
    sections.join('\n\n'),
    '',
  ].join('\n');
}
