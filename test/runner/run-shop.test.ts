import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import {
  buildCatalog,
  type NodeStatus,
  type RunSummary,
  renderDocsSite,
  runFreshness,
  runNodes,
} from '../../src/runner/index.ts';
import { selectNodes } from '../../src/runner/select-nodes.ts';
import { openShop, RAW_ORDERS, SHOP } from './run-shop.ts';

let engine: DuckdbEngine;
let folder: string;
const clock = buildFixedClock('2026-01-05T00:00:00Z');

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  await engine.execute(RAW_ORDERS);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
});

afterEach(async () => {
  await engine.close();
  fs.rmSync(folder, { recursive: true });
});

async function run(changes: Readonly<Record<string, string>> = {}): Promise<RunSummary> {
  const compiler = openShop(engine, folder, changes);
  return runNodes({ compiler, engine, selection: selectNodes(compiler.manifest, {}), clock, kinds: 'build' });
}

function listStatuses(summary: RunSummary): Record<string, NodeStatus> {
  return Object.fromEntries(summary.results.map((result) => [result.name, result.status]));
}

function change(file: string, from: string, to: string): Readonly<Record<string, string>> {
  const text = SHOP[file] ?? '';
  expect(text).toContain(from);
  return { [file]: text.replace(from, to) };
}

const RELATIONSHIP = 'relationships_stg_orders_region__region__ref_regions_';

const GREEN: Readonly<Record<string, NodeStatus>> = {
  regions: 'success',
  unique_regions_region: 'pass',
  not_null_regions_region: 'pass',
  stg_orders: 'success',
  unique_stg_orders_order_id: 'pass',
  not_null_stg_orders_order_id: 'pass',
  [RELATIONSHIP]: 'pass',
  accepted_values_stg_orders_region__eu__us: 'pass',
  knows_big_orders: 'pass',
  not_null_light_orders_amount: 'pass',
  sums_orders_by_region: 'pass',
  region_totals: 'success',
  unique_region_totals_label: 'pass',
  not_null_region_totals_label: 'pass',
  amounts_agree: 'pass',
  best_region: 'success',
  takes_only_later_orders: 'pass',
  order_log: 'success',
};

const skip = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, 'skipped' as const]));

const BELOW_TOTALS = skip(
  'unique_region_totals_label',
  'not_null_region_totals_label',
  'amounts_agree',
  'best_region',
);
const BELOW_LIGHT = { ...BELOW_TOTALS, ...skip('sums_orders_by_region', 'region_totals') };
const BELOW_STAGING = {
  ...BELOW_LIGHT,
  ...skip('knows_big_orders', 'not_null_light_orders_amount', 'takes_only_later_orders', 'order_log'),
};
const TESTS_OF_STAGING = skip(
  'unique_stg_orders_order_id',
  'not_null_stg_orders_order_id',
  RELATIONSHIP,
  'accepted_values_stg_orders_region__eu__us',
);

describe('a small dbt project', () => {
  it('is green, and again', async () => {
    expect(listStatuses(await run())).toEqual(GREEN);
    const again = await run();
    expect(listStatuses(again)).toEqual(GREEN);
    expect(again.results.find((result) => result.name === 'order_log')?.rows).toBe(0);
    expect(await engine.query('select * from shop.region_totals order by label')).toEqual([
      { label: 'Europe', orders: 2, amount: '150.50', big_orders: 1 },
      { label: 'United States', orders: 1, amount: '20.00', big_orders: 0 },
    ]);
    expect(await engine.query('select name from raw.hook_log')).toEqual([
      { name: 'best_region' },
      { name: 'best_region' },
    ]);
  });

  it.each<[string, Readonly<Record<string, string>> | string, Readonly<Record<string, NodeStatus>>]>([
    [
      'a column that is not there',
      change('models/staging/stg_orders.sql', 'order_id', 'order_number'),
      { stg_orders: 'error', ...TESTS_OF_STAGING, ...BELOW_STAGING },
    ],
    [
      'a syntax error',
      change('models/marts/region_totals.sql', 'group by', 'grup by'),
      { ...BELOW_TOTALS, sums_orders_by_region: 'error', region_totals: 'skipped' },
    ],
    [
      'wrong logic that the unit test sees',
      change('models/marts/region_totals.sql', 'left join', 'inner join'),
      { ...BELOW_TOTALS, sums_orders_by_region: 'fail', region_totals: 'skipped' },
    ],
    [
      'wrong logic in an ephemeral model',
      change('models/marts/light_orders.sql', '>=', '>'),
      { ...BELOW_LIGHT, knows_big_orders: 'fail', not_null_light_orders_amount: 'skipped' },
    ],
    [
      'an incremental model without its condition',
      change('models/marts/order_log.sql', 'where loaded_at >', 'where loaded_at <>'),
      { takes_only_later_orders: 'fail', order_log: 'skipped' },
    ],
    [
      'a repeated key',
      "insert into raw.orders values (1, 'us', 1, '2026-01-04')",
      {
        unique_stg_orders_order_id: 'fail',
        ...BELOW_STAGING,
      },
    ],
    [
      'a key that is NULL',
      "insert into raw.orders values (null, 'us', 1, '2026-01-04')",
      {
        not_null_stg_orders_order_id: 'fail',
        ...BELOW_STAGING,
      },
    ],
    [
      'a value that points nowhere and only warns elsewhere',
      "insert into raw.orders values (9, 'xx', 1, '2026-01-04')",
      {
        [RELATIONSHIP]: 'fail',
        accepted_values_stg_orders_region__eu__us: 'warn',
        ...BELOW_STAGING,
      },
    ],
    [
      'an amount that is NULL',
      "insert into raw.orders values (9, 'us', null, '2026-01-04')",
      {
        not_null_light_orders_amount: 'fail',
        ...BELOW_LIGHT,
      },
    ],
    [
      'a singular test that fails',
      change('tests/amounts_agree.sql', '<>', '='),
      { amounts_agree: 'fail', best_region: 'skipped' },
    ],
    [
      "a seed's own rows, which a unit test reads",
      change(
        'models/marts/_marts.yml',
        "ref('regions')\n        format: csv\n        fixture: two_regions",
        "ref('regions')",
      ),
      { ...BELOW_TOTALS, sums_orders_by_region: 'fail', region_totals: 'skipped' },
    ],
    [
      'a seed with a row too wide',
      change('seeds/regions.csv', 'eu,Europe', 'eu,Europe,1'),
      {
        regions: 'error',
        ...skip('unique_regions_region', 'not_null_regions_region', RELATIONSHIP),
        ...BELOW_TOTALS,
        ...skip('sums_orders_by_region', 'region_totals'),
      },
    ],
    [
      'a hook that fails',
      change('models/marts/best_region.sql', 'raw.hook_log', 'raw.no_log'),
      { best_region: 'error' },
    ],
  ])('%s fails its node and skips what is below', async (_name, changes, expected) => {
    if (typeof changes === 'string') await engine.execute(changes);
    const summary = await run(typeof changes === 'string' ? {} : changes);
    expect(listStatuses(summary)).toEqual({ ...GREEN, ...expected });
    expect(summary.ok).toBe(false);
  });

  it("reads a seed's own rows where a unit test gives none", async () => {
    const summary = await run(
      change(
        'models/marts/_marts.yml',
        "ref('regions')\n        format: csv\n        fixture: two_regions",
        "ref('regions')",
      ),
    );
    const unit = summary.results.find((result) => result.name === 'sums_orders_by_region');
    expect(unit?.message).toContain('United States');
  });

  it('describes what it built', async () => {
    await run();
    const compiler = openShop(engine, folder);
    const catalog = await buildCatalog(engine, compiler.manifest, clock);
    expect(Object.keys(catalog.nodes)).toHaveLength(5);
    const page = renderDocsSite(compiler.manifest, catalog, compiler);
    expect(page).toContain('with __dbt__cte__light_orders as (');
    expect(page).toContain('accepted_values (values: [&quot;eu&quot;,&quot;us&quot;])');
    const [freshness] = await runFreshness({ compiler, engine, clock });
    expect(freshness).toMatchObject({ name: 'raw.orders', status: 'warn', ageSeconds: 129_600 });
  });
});
