import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { type RunSummary, runNodes, selectNodes } from '../../src/runner/index.ts';
import { openFolder, writeProject } from './project-folder.ts';

const clock = buildFixedClock('2026-01-05T00:00:00Z');
let engine: DuckdbEngine;
let reader: DuckdbEngine;

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  reader = await engine.connect();
});
afterEach(async () => {
  await reader.close();
  await engine.close();
});

function renderColumn(name: string, config = ''): string {
  return `      - name: ${name}\n        data_tests:\n          - not_null${config}\n`;
}

/** Runs the not_null tests of a model whose column `gap` has one NULL among three rows. */
async function runNullTests(
  columns: readonly string[],
  beside: readonly DuckdbEngine[],
): Promise<RunSummary> {
  const folder = writeProject({
    'models/notes.sql':
      'select 1 as id, 2 as full_column, 3 as gap union all select 2, 3, null union all select 3, 4, 5',
    'models/notes.yml': `models:\n  - name: notes\n    columns:\n${columns.join('')}`,
    'models/below.sql': "select * from {{ ref('notes') }}",
  });
  const compiler = openFolder(folder);
  const selection = selectNodes(compiler.manifest, {});
  return runNodes({ compiler, engine, beside, selection, clock, kinds: 'build' });
}

function listResults(summary: RunSummary): readonly (readonly [string, string, number | null])[] {
  return summary.results.map(({ name, status, failures }) => [name, status, failures] as const);
}

describe('not_null tests of one model', () => {
  const columns = [renderColumn('id'), renderColumn('full_column'), renderColumn('gap')];

  it.each([
    ['one connection', () => []],
    ['two connections', () => [reader]],
  ])('come to the same together as each by itself, on %s', async (_name, listReaders) => {
    expect(listResults(await runNullTests(columns, listReaders()))).toEqual([
      ['notes', 'success', null],
      ['not_null_notes_full_column', 'pass', 0],
      ['not_null_notes_gap', 'fail', 1],
      ['not_null_notes_id', 'pass', 0],
      ['below', 'skipped', null],
    ]);
  });

  it('keep their own settings', async () => {
    const lenient = renderColumn('gap', ':\n              config:\n                where: id <> 2');
    const summary = await runNullTests([renderColumn('id'), renderColumn('full_column'), lenient], [reader]);
    expect(summary.counts).toMatchObject({ pass: 3, fail: 0 });
  });

  it('say which column is not there', async () => {
    const summary = await runNullTests([...columns.slice(0, 2), renderColumn('nowhere')], [reader]);
    const results = listResults(summary);
    expect(results).toContainEqual(['not_null_notes_id', 'pass', 0]);
    expect(results).toContainEqual(['not_null_notes_nowhere', 'error', null]);
  });
});
