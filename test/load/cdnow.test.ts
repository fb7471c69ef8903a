import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkbench, renderCounts, type Workbench } from './workbench.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const data = path.resolve(root, '../shared/data/cdnow/transactions.csv.gz');
const isHere = fs.existsSync(data);
const name = isHere ? 'CDNOW' : 'CDNOW (skipped: ../shared/data/cdnow is not on this machine)';

describe.skipIf(!isHere)(name, () => {
  let bench: Workbench;
  const mapFile = path.join(root, 'examples/cdnow.yml');
  beforeAll(async () => {
    bench = await openWorkbench();
  });
  afterAll(() => bench.close());

  test('loads whole, to the cent', async () => {
    const report = await bench.load(data, { mapFile });
    expect(report.samples).toEqual([]);
    expect(renderCounts(report)).toBe('69659 69659 0 0 0');
    expect(report.files[0]).toMatchObject({ table: 'marketing.conversions', ignoredColumns: ['quantity'] });
    const rows = await bench.engine.query(
      `select count(distinct user_id) as users, sum(conversion_value)::varchar as value,
         count(*) filter (where year is null or month is null or day is null) as undated,
         min(timestamp) as first, min(date)::varchar as day, any_value(attribution_model) as model
       from marketing.conversions`,
    );
    expect(rows).toEqual([
      {
        users: 23_570,
        value: '2500315.63',
        undated: 0,
        first: '1997-01-01T00:00:00.000Z',
        day: '1997-01-01',
        model: 'none',
      },
    ]);
  });

  test('a second load alters nothing', async () => {
    const before = await bench.engine.query(
      'select count(*) as n, max(_batch_id) as b from marketing.conversions',
    );
    const report = await bench.load(data, { mapFile });
    expect(renderCounts(report)).toBe('69659 0 0 69659 0');
    expect(
      await bench.engine.query('select count(*) as n, max(_batch_id) as b from marketing.conversions'),
    ).toEqual(before);
  });
});
