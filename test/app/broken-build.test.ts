import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BuildReport,
  openTenure,
  PACKAGE_ROOT,
  type Tenure,
  writeWorkspace,
} from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { copyAcme } from '../shared/workspaces.ts';

const example = path.join(PACKAGE_ROOT, 'examples', 'acme');
const clock = buildFixedClock('2026-03-15T06:00:00Z');

interface Fault {
  readonly label: string;
  /** The SQL of the model `broken`. */
  readonly sql?: string;
  /** Further lines of its YAML entry, or of the file. */
  readonly yaml?: string;
  readonly singular?: string;
  /** The one node that must fail, and how. */
  readonly fails: string;
  readonly status: 'fail' | 'error';
}

const GOOD = `select 1 as id, 'a' as kind`;
const column = (tests: string) => `    columns: [{name: id, data_tests: [${tests}]}]`;

const FAULTS: readonly Fault[] = [
  { label: 'SQL that does not run', sql: 'select no_such_column as id', fails: 'broken', status: 'error' },
  {
    label: 'a NULL key',
    sql: 'select cast(null as integer) as id',
    yaml: column('not_null'),
    fails: 'not_null_broken_id',
    status: 'fail',
  },
  {
    label: 'a repeated key',
    sql: 'select 1 as id union all select 1 as id',
    yaml: column('unique'),
    fails: 'unique_broken_id',
    status: 'fail',
  },
  {
    label: 'a value outside its list',
    yaml: column('{accepted_values: {arguments: {values: [2, 3], quote: false}}}'),
    fails: 'accepted_values_broken_id__False__2__3',
    status: 'fail',
  },
  {
    label: 'an orphan',
    yaml: column(
      `{relationships: {arguments: {to: "ref('customer_lifetime_value')", field: total_conversions}}}`,
    ),
    sql: 'select -1 as id',
    fails: 'relationships_broken_id__total_conversions__ref_customer_lifetime_value_',
    status: 'fail',
  },
  {
    label: 'a singular test',
    singular: `select * from {{ ref('broken') }} where id = 1`,
    fails: 'assert_broken',
    status: 'fail',
  },
  {
    label: 'a unit test',
    yaml: [
      'unit_tests:',
      '  - name: broken_counts',
      '    model: broken',
      '    given: []',
      '    expect: {rows: [{id: 2}]}',
    ].join('\n'),
    fails: 'broken_counts',
    status: 'fail',
  },
];

describe('a build that goes wrong', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  /** The workspace at work: one of few models, and then one of all. */
  let folder: string;
  let tenure: Tenure;
  const count = 'select count(*), sum(total_revenue) from customer_lifetime_value';
  let before: string;

  function enter(name: string): void {
    folder = path.join(root, name);
    tenure = openTenure({ folder, clock });
  }

  async function fetchText(sql: string, target?: 'failed'): Promise<string> {
    const rows: unknown[] = [];
    for await (const chunk of tenure.stream(sql, target)) rows.push(...chunk.rows);
    return JSON.stringify(rows);
  }

  function writeFault(fault: Fault): void {
    for (const name of ['models', 'tests'])
      fs.rmSync(path.join(folder, name), { recursive: true, force: true });
    fs.mkdirSync(path.join(folder, 'models'));
    fs.mkdirSync(path.join(folder, 'tests'));
    const isUnitTest = fault.yaml?.startsWith('unit_tests') === true;
    const entry = `models:\n  - name: broken\n    description: One row per fault.\n${isUnitTest ? '' : (fault.yaml ?? '')}`;
    fs.writeFileSync(
      path.join(folder, 'models', 'broken.yml'),
      `${entry}\n${isUnitTest ? fault.yaml : ''}\n`,
    );
    fs.writeFileSync(path.join(folder, 'models', 'broken.sql'), fault.sql ?? GOOD);
    fs.writeFileSync(path.join(folder, 'models', 'child.sql'), `select * from {{ ref('broken') }}`);
    fs.writeFileSync(path.join(folder, 'models', 'grandchild.sql'), `select * from {{ ref('child') }}`);
    fs.writeFileSync(path.join(folder, 'models', 'neighbour.sql'), 'select 1 as id');
    if (fault.singular !== undefined)
      fs.writeFileSync(path.join(folder, 'tests', 'assert_broken.sql'), fault.singular);
  }

  beforeAll(async () => {
    await copyAcme(path.join(root, 'all'));
    writeWorkspace(path.join(root, 'few'), '2026-03-14');
    enter('few');
    await tenure.load({ paths: [path.join(example, 'data')] });
    const { isPublished } = await tenure.build({
      select: ['+customer_lifetime_value', '+funnel_conversion_analysis'],
    });
    expect(isPublished).toBe(true);
    before = await fetchText(count);
  });
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  it.each(FAULTS)('$label: fails just that, skips what depends on it, and is not shown', async (fault) => {
    writeFault(fault);
    const report: BuildReport = await tenure.build({
      select: ['customer_lifetime_value', 'broken+', 'neighbour'],
    });
    const byStatus = (status: string) =>
      report.summary.results.filter((result) => result.status === status).map((result) => result.name);
    expect(byStatus(fault.status)).toEqual([fault.fails]);
    expect(byStatus(fault.status === 'fail' ? 'error' : 'fail')).toEqual([]);
    const skipped = byStatus('skipped').filter((name) => !name.includes('broken'));
    expect(skipped.sort()).toEqual(['child', 'grandchild']);
    expect(byStatus('success')).toEqual(expect.arrayContaining(['customer_lifetime_value', 'neighbour']));
    expect(report.isPublished).toBe(false);
    expect(await fetchText(count)).toBe(before);
    expect(await fetchText('select id from neighbour', 'failed')).toBe('[[1]]');
    await expect(fetchText('select * from neighbour')).rejects.toMatchObject({ code: 'QUERY_FAILED' });
  });

  it('is forgotten with the next good build', async () => {
    writeFault({ label: 'none', fails: '', status: 'fail' });
    expect((await tenure.build({ select: ['broken+'] })).isPublished).toBe(true);
    expect(await fetchText('select id from grandchild')).toBe('[[1]]');
    expect(await fetchText(count), 'a partial build leaves the rest').toBe(before);
    expect(fs.existsSync(path.join(folder, 'warehouse.failed.duckdb'))).toBe(false);
  });

  it('of a part keeps views and indexes, and names a view that no longer fits', async () => {
    enter('all');
    expect(await fetchText(count)).toBe(before);
    writeFault({ label: 'none', fails: '', status: 'fail' });
    const indexes = "select string_agg(sql, ';' order by sql) from duckdb_indexes()";
    const indexesBefore = await fetchText(indexes);
    const models = path.join(folder, 'models');
    fs.writeFileSync(path.join(models, 'child.sql'), `select id, kind from {{ ref('broken') }}`);
    const first = await tenure.build({ select: ['broken+', '+customer_lifetime_value'] });
    expect([first.isPublished, first.leftTests]).toEqual([true, []]);
    expect(first.lost).toEqual([]);
    expect(await fetchText(count), 'views over what was built again').toBe(before);
    expect(indexesBefore).toContain('metric_date');
    expect(await fetchText(indexes), 'indexes of what was carried over').toBe(indexesBefore);
    expect((await tenure.build({ select: ['+customer_lifetime_value'] })).lost).toEqual([]);
    expect(await fetchText('select id from grandchild')).toBe('[[1]]');
    expect(await fetchText('select count(*) from funnel_conversion_analysis')).not.toBe('[[0]]');
    fs.writeFileSync(path.join(models, 'broken.sql'), 'select 1 as id');
    const report = await tenure.build({ select: ['broken'] });
    expect(report.lost.map((relation) => relation.name)).toEqual(['child', 'grandchild']);
    expect(report.isPublished).toBe(true);
  });

  it('stopped half-way changes nothing', async () => {
    const stop = new AbortController();
    const build = tenure.build({
      signal: stop.signal,
      onResult: (_, done) => (done === 20 ? stop.abort() : undefined),
    });
    await expect(build).rejects.toMatchObject({ code: 'BUILD_STOPPED' });
    expect(await fetchText(count)).toBe(before);
    expect(fs.readdirSync(path.join(folder, '.tenure'))).toEqual([]);
  });
});
