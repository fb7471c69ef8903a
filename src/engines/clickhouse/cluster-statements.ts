import { quoteIdentifier, quoteLiteral, TenureError } from '../../base/index.ts';
import type { ColumnInfo } from '../engine.ts';
import { isSpace, splitTokens } from './tokens.ts';

/** A cluster of the server's configuration: shards, each of one or several replicas. */
export interface ClickhouseCluster {
  /** As `system.clusters` has it, or a macro of the server, `{cluster}`. */
  readonly name: string;
}

/** What a statement is spread over a cluster with. */
export interface Spreading {
  readonly cluster: ClickhouseCluster;
  /** The columns a query would give. */
  describe(query: string): Promise<readonly ColumnInfo[]>;
}

/** Settings of a cluster, beside those of one server. */
export const CLUSTER_SETTINGS: Readonly<Record<string, string | number>> = {
  // A statement has ended when it has on every server, and an insert when every shard has its rows.
  distributed_ddl_task_timeout: '-1',
  distributed_ddl_output_mode: 'none',
  distributed_foreground_insert: 1,
  // The second side of a join is read whole, from every shard.
  distributed_product_mode: 'global',
  prefer_global_in_and_join: 1,
  // Rows go where their key says, also those that come from another table of shards.
  parallel_distributed_insert_select: 0,
  // Who reads asks the replica that was written to; the others are for when it is gone.
  prefer_localhost_replica: 0,
  load_balancing: 'in_order',
};

const NAME = `(?:"(?:[^"]|"")*"|[A-Za-z_]\\w*)`;
const RELATION = `(${NAME})\\s*\\.\\s*(${NAME})`;
const OPENING = /^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/;

/** A table that the shards share: the name everybody uses, and the part each shard has. */
interface SharedTable {
  readonly relation: string;
  readonly local: string;
  /** The database and the name of the local table, as literals. */
  readonly place: string;
}

function readName(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
}

function buildTable(database: string, name: string): SharedTable {
  const [schema, local] = [readName(database), `${readName(name)}_local`];
  return {
    relation: `${database}.${name}`,
    local: `${database}.${quoteIdentifier(local)}`,
    place: `${quoteLiteral(schema)}, ${quoteLiteral(local)}`,
  };
}

/** Rows of one customer lie on one shard; those of nobody in particular anywhere. */
function renderKey(columns: readonly string[]): string {
  return columns.includes('customer_id') ? 'ifNull(cityHash64("customer_id"), 0)' : 'rand()';
}

/** Where a sign or a word stands first that is not between parentheses; the length of the text where it does not. */
function findOutside(text: string, wanted: string): number {
  let [depth, place] = [0, 0];
  for (const token of splitTokens(text)) {
    if (depth === 0 && token.toLowerCase() === wanted) return place;
    depth += token === '(' ? 1 : token === ')' ? -1 : 0;
    place += token.length;
  }
  return text.length;
}

/** The names of columns in a list of definitions. */
function listNames(definitions: string): readonly string[] {
  const names: string[] = [];
  for (let rest = definitions; rest.trim() !== ''; rest = rest.slice(findOutside(rest, ',') + 1)) {
    const first = splitTokens(rest).find((token) => !isSpace(token));
    if (first !== undefined) names.push(readName(first));
  }
  return names;
}

/** `MergeTree()` and its kin keep their rows on every replica of a shard. */
function renderStorage(storage: string): string {
  if (!/\bengine\s*=/i.test(storage))
    return `engine = ReplicatedMergeTree()\n${storage === '' ? 'order by (tuple())' : storage}`;
  return storage.replace(/\b(engine\s*=\s*)(?!Replicated)(\w*MergeTree)\b/i, '$1Replicated$2');
}

/** A column as described, in a place where a type takes NULL unless it says otherwise. */
function renderColumn({ name, type }: ColumnInfo): string {
  const isNullable = /^(LowCardinality\()?Nullable\(/.test(type);
  return `${quoteIdentifier(name)} ${type}${isNullable ? '' : ' not null'}`;
}

/** What follows the name in a statement that makes a table. */
interface Definition {
  /** The definitions of columns; null where a query or another table gives them. */
  readonly columns: string | null;
  /** Engine, keys and settings; `clone` before the name of another table. */
  readonly storage: string;
  /** A query or the name of another table. */
  readonly source: string | null;
}

function parseDefinition(text: string): Definition {
  const end = text.startsWith('(') ? findOutside(text.slice(1), ')') + 1 : 0;
  const rest = text.slice(end === 0 ? 0 : end + 1);
  const place = findOutside(rest, 'as');
  return {
    columns: end === 0 ? null : text.slice(1, end),
    storage: rest.slice(0, place).trim(),
    source: place === rest.length ? null : rest.slice(place + 2).trim(),
  };
}

/** The statements of one cluster. */
class ClusterStatements {
  readonly #on: string;
  readonly #name: string;
  readonly #describe: Spreading['describe'];

  constructor({ cluster, describe }: Spreading) {
    this.#name = quoteLiteral(cluster.name);
    this.#on = `on cluster ${this.#name}`;
    this.#describe = describe;
  }

  #share({ relation, local, place }: SharedTable, columns: readonly string[], unless = ''): string {
    const engine = `engine = Distributed(${this.#name}, ${place}, ${renderKey(columns)})`;
    return `create table ${unless}${relation} ${this.#on} as ${local}\n${engine}`;
  }

  drop({ relation, local }: SharedTable, unless: string): readonly string[] {
    return [relation, local].map((name) => `drop table ${unless}${name} ${this.#on} sync`);
  }

  /** The query runs once, and its rows go to the shards; run on every server, it would put all rows on each. */
  async create(table: SharedTable, unless: string, text: string): Promise<readonly string[]> {
    const { columns, storage, source } = parseDefinition(text);
    const like = source === null ? null : new RegExp(`^${RELATION}$`).exec(source);
    if (like !== null) return this.#createLike(table, buildTable(like[1] ?? '', like[2] ?? ''), storage);
    const described = columns === null ? await this.#describe(source ?? '') : [];
    const list = columns ?? described.map(renderColumn).join(', ');
    return [
      `create table ${unless}${table.local} ${this.#on} (${list})\n${renderStorage(storage)}`,
      this.#share(table, columns === null ? described.map(({ name }) => name) : listNames(columns), unless),
      ...(source === null ? [] : [`insert into ${table.relation} select * from ${wrap(source)}`]),
    ];
  }

  async #createLike(table: SharedTable, other: SharedTable, words: string): Promise<readonly string[]> {
    const columns = await this.#describe(`select * from ${other.relation}`);
    return [
      `create table ${table.local} ${this.#on} as ${other.local}`,
      this.#share(
        table,
        columns.map(({ name }) => name),
      ),
      ...(words.toLowerCase() === 'clone'
        ? [`insert into ${table.relation} select * from ${other.relation}`]
        : []),
    ];
  }

  async rename(from: SharedTable, to: SharedTable): Promise<readonly string[]> {
    const columns = await this.#describe(`select * from ${from.relation}`);
    return [
      `rename table ${from.local} to ${to.local} ${this.#on}`,
      this.#share(
        to,
        columns.map(({ name }) => name),
      ),
      `drop table ${from.relation} ${this.#on} sync`,
    ];
  }

  /** Rows change where they lie, columns there and in what everybody sees, comments in that alone. */
  alter({ relation, local }: SharedTable, commands: string): readonly string[] {
    const places = /^(update|delete)\b/i.test(commands)
      ? [local]
      : /^(comment|modify\s+comment)\b/i.test(commands)
        ? [relation]
        : [local, relation];
    return places.map((place) => `alter table ${place} ${this.#on} ${commands}`);
  }

  /** A statement that is the same on every server. */
  repeat(head: string, rest: string): readonly string[] {
    return [`${head} ${this.#on}${rest === '' ? '' : ` ${rest}`}`];
  }
}

function wrap(query: string): string {
  return query.startsWith('(') ? query : `(${query})`;
}

type Rule = (
  match: readonly string[],
  spread: ClusterStatements,
) => Promise<readonly string[]> | readonly string[];

const table = (match: readonly string[], at: number) => buildTable(match[at] ?? '', match[at + 1] ?? '');

/** How statements of each kind are spread. */
const RULES: readonly (readonly [RegExp, Rule])[] = [
  [
    /^((?:create|drop)\s+database(?:\s+if\s+(?:not\s+)?exists)?\s+(?:"(?:[^"]|"")*"|\w+))\s*([\s\S]*)$/i,
    ([, head = '', rest = ''], spread) => spread.repeat(head, rest),
  ],
  [
    new RegExp(
      `^(create\\s+(?:or\\s+replace\\s+)?view\\s+(?:if\\s+not\\s+exists\\s+)?${RELATION})\\s*([\\s\\S]*)$`,
      'i',
    ),
    (match, spread) => spread.repeat(match[1] ?? '', match[4] ?? ''),
  ],
  [
    new RegExp(`^(drop\\s+view\\s+(?:if\\s+exists\\s+)?${RELATION})\\s*([\\s\\S]*)$`, 'i'),
    (match, spread) => spread.repeat(match[1] ?? '', match[4] ?? ''),
  ],
  [
    new RegExp(`^create\\s+table\\s+(if\\s+not\\s+exists\\s+)?${RELATION}\\s*([\\s\\S]*)$`, 'i'),
    (match, spread) => spread.create(table(match, 2), match[1] ?? '', match[4] ?? ''),
  ],
  [
    new RegExp(`^create\\s+or\\s+replace\\s+table\\s+${RELATION}\\s*([\\s\\S]*)$`, 'i'),
    async (match, spread) => {
      const created = await spread.create(table(match, 1), '', match[3] ?? '');
      return [...spread.drop(table(match, 1), 'if exists '), ...created];
    },
  ],
  [
    new RegExp(`^drop\\s+table\\s+(if\\s+exists\\s+)?${RELATION}(?:\\s+sync)?\\s*$`, 'i'),
    (match, spread) => spread.drop(table(match, 2), match[1] ?? ''),
  ],
  [
    new RegExp(`^truncate\\s+table\\s+(?:if\\s+exists\\s+)?${RELATION}\\s*$`, 'i'),
    (match, spread) => spread.repeat(`truncate table ${table(match, 1).local}`, ''),
  ],
  [
    new RegExp(`^delete\\s+from\\s+${RELATION}\\s+(where\\b[\\s\\S]*)$`, 'i'),
    (match, spread) => spread.repeat(`delete from ${table(match, 1).local}`, match[3] ?? ''),
  ],
  [
    new RegExp(`^alter\\s+table\\s+${RELATION}\\s+([\\s\\S]*)$`, 'i'),
    (match, spread) => spread.alter(table(match, 1), match[3] ?? ''),
  ],
  [
    new RegExp(`^rename\\s+table\\s+${RELATION}\\s+to\\s+${RELATION}\\s*$`, 'i'),
    (match, spread) => spread.rename(table(match, 1), table(match, 3)),
  ],
];

/** Any other statement that changes what has a database: run on one server alone, it would set it apart from the others. */
const UNKNOWN = new RegExp(
  `^(?:alter|attach|create|delete|detach|drop|exchange|optimize|rename|replace|truncate|undrop|update)\\b(?!\\s+temporary\\b)[^'(]*?${RELATION}`,
  'i',
);

/**
 * A statement in ClickHouse's words as the statements that do the same on a cluster, in their order. A table `x` becomes a table
 * `x_local` on every server, replicated within its shard, and a table `x` that reads and writes them all. Queries, inserts and
 * temporary tables are for one server, as they are.
 *
 * @throws TenureError QUERY_FAILED for a change of tables that is of no known kind
 *
 * @example
 * await spreadStatement('truncate table raw.users', { cluster: { name: 'main' }, describe });
 * // [`truncate table raw."users_local" on cluster 'main'`]
 */
export async function spreadStatement(sql: string, spreading: Spreading): Promise<readonly string[]> {
  const text = sql.replace(OPENING, '').trim();
  for (const [pattern, rule] of RULES) {
    const match = pattern.exec(text);
    if (match !== null) return rule(match, new ClusterStatements(spreading));
  }
  if (UNKNOWN.test(text)) {
    const problem = `Tenure does not spread such a statement over a cluster: ${text.slice(0, 80)}`;
    throw new TenureError('QUERY_FAILED', { problem });
  }
  return [sql];
}
