import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { listStalePages } from '../../docs/write.ts';
import { listTables, parseTable, renderDictionary, renderSources } from '../../src/contract/index.ts';
import { duckdbDialect, openDuckdb, postgresDialect } from '../../src/engines/index.ts';
import { renderTableDdl } from '../../src/load/index.ts';

const TABLES = listTables();

describe('the contract', () => {
  test('has 28 tables with keys, and descriptions that say what a row is', () => {
    expect(TABLES).toHaveLength(28);
    expect(TABLES.filter((table) => table.schema === 'marketing')).toHaveLength(5);
    for (const table of TABLES) {
      expect(table.description).toMatch(/^One row per .*\.$/);
      const names = table.columns.map((column) => column.name);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual(expect.arrayContaining([...table.key]));
      if (table.eventTime) expect(names).toContain(table.eventTime);
      for (const column of table.columns)
        expect(column.description, `${table.name}.${column.name}`).toMatch(/\.$/);
    }
  });

  test('is consistent: references, known-at, aliases, extensions', () => {
    const all = new Set(TABLES.flatMap((t) => t.columns.map((c) => `${t.schema}.${t.name}.${c.name}`)));
    for (const table of TABLES) {
      const names = table.columns.map((column) => column.name);
      for (const column of table.columns) {
        if (column.references) expect(all).toContain(column.references);
        if (column.knownAt && column.knownAt !== '_loaded_at') expect(names).toContain(column.knownAt);
        if (column.derivedFrom) expect(names).toContain(column.derivedFrom.column);
        if (column.isExtension) expect(column.isRequired).toBe(false);
        for (const value of column.values ?? []) expect(value).toBe(value.toLowerCase());
        for (const [alias, value] of Object.entries(column.aliases ?? {})) {
          expect(column.values ?? [value]).toContain(value);
          expect(column.values ?? []).not.toContain(alias);
        }
      }
    }
  });

  test('is frozen to the bottom', () => {
    const column = TABLES[0]?.columns[2];
    expect(Object.isFrozen(TABLES) && Object.isFrozen(column) && Object.isFrozen(column?.values)).toBe(true);
  });

  test('names the known-at columns the models depend on', () => {
    const known = (table: string, column: string) =>
      parseTable(table)?.columns.find((candidate) => candidate.name === column)?.knownAt;
    expect(known('customers', 'churn_date')).toBe('churn_date');
    expect(known('customers', 'upgrade_date')).toBe('upgrade_date');
    expect(known('support_tickets', 'resolution_time')).toBe('resolved_at');
    expect(known('users', 'activated_at')).toBe('activated_at');
    expect(known('survey_responses', 'score')).toBe('responded_at');
    expect(known('success_goals', 'achieved_value')).toBe('achieved_at');
    expect(known('gtm_opportunities', 'stage')).toBe('_loaded_at');
    expect(known('subscription_periods', 'valid_to')).toBe('valid_to');
  });
});

test('tables are found by their names', () => {
  expect(parseTable('marketing.sessions')?.key).toEqual(['session_id']);
  expect(parseTable('marketing_raw.sessions')?.schema).toBe('marketing');
  expect(parseTable('Usage Events')?.name).toBe('usage_events');
  expect(parseTable('raw.sessions')).toBeUndefined();
  expect(parseTable('sonnets')).toBeUndefined();
});

describe('what is made from it', () => {
  test('the dictionary has a section for each table', () => {
    const sections = renderDictionary().match(/^## .*$/gm);
    expect(sections).toEqual(TABLES.map((table) => `## ${table.schema}.${table.name}`));
  });

  test('the sources are valid dbt 1.10 and hold every column', () => {
    const document = parse(renderSources());
    expect(document.sources.map((source: { name: string }) => source.name)).toEqual(['raw', 'marketing_raw']);
    for (const source of document.sources) {
      expect(source.config.loaded_at_field).toBe('_loaded_at');
      expect(source.config.freshness.warn_after).toEqual({ count: 7, period: 'day' });
    }
    expect(document.sources[1].schema).toBe('marketing');
    const columns = document.sources[0].tables[0].columns.map((column: { name: string }) => column.name);
    expect(columns).toEqual(expect.arrayContaining(['customer_id', 'mrr', '_batch_id']));
  });

  test('the generated files are current', async () => {
    expect(await listStalePages()).toEqual([]);
  });

  test('the tables can be created, with money in cents', async () => {
    const quotas = parseTable('quotas');
    if (quotas === undefined) throw new TypeError('no quotas');
    const engine = await openDuckdb({ path: ':memory:' });
    await engine.execute('create schema raw');
    await engine.execute(renderTableDdl(quotas, duckdbDialect));
    expect(await engine.listColumns('raw', 'quotas')).toEqual([
      { name: 'member_id', type: 'VARCHAR' },
      { name: 'period_start', type: 'DATE' },
      { name: 'period_end', type: 'DATE' },
      { name: 'quota_amount', type: 'DECIMAL(14,2)' },
      { name: '_source', type: 'VARCHAR' },
      { name: '_loaded_at', type: 'TIMESTAMP WITH TIME ZONE' },
      { name: '_batch_id', type: 'INTEGER' },
    ]);
    await engine.close();
    expect(renderTableDdl(quotas, postgresDialect).toLowerCase()).toContain('"quota_amount" numeric(14, 2)');
  });
});
