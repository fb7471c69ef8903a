import path from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoadReport } from '../../src/load/index.ts';
import { openWorkbench, renderCounts, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
});
afterEach(() => bench.close());

const HEADER = 'event_id,customer_id,timestamp,event_type,feature_adoption_score\n';

function listFaults(report: LoadReport): readonly string[] {
  return report.samples.map(({ line, rule, column, value }) => [line, rule, column, value].join(' | '));
}

async function listIds(): Promise<string> {
  const rows = await bench.engine.query('select event_id from raw.usage_events order by 1');
  return rows.map((row) => row['event_id']).join(' ');
}

describe('a CSV file with a fault of every kind', () => {
  test('each is rejected with its physical line, the rest is loaded', async () => {
    const lines = [
      HEADER.trim(),
      'e1,c1,2026-01-01T00:00:00Z,api_call,0.5',
      '',
      '"e2","c ""one"",\n\n two",2026-01-01T00:00:00Z,API Call,1',
      'e3,c1,yesterday,api_call,0.5',
      'e4,c1,2026-01-01T00:00:00Z,sing_song,0.5',
      ',c1,2026-01-01T00:00:00Z,api_call,0.5',
      'e6,,2026-01-01T00:00:00Z,api_call,0.5',
      'e1,c1,2026-01-01T00:00:00Z,api_call,0.5',
      'e1,c2,2026-01-01T00:00:00Z,api_call,0.5',
      'e9,c1,2026-01-01T00:00:00Z,api_call,1.5',
      'e10,c1,2026-01-01T00:00:00Z',
      'e11,c1,2026-01-01T00:00:00Z,api_call,0.5,surplus',
      'e12,c1,2026-01-01T00:00:00Z,api_call,nan',
      'e13,c1,2026-01-01T00:00:00Z,polka,7',
      'e14,c1,x,y,z',
    ];
    const content = Buffer.concat([
      Buffer.from(`${lines.join('\n')}\ne15,c`),
      Buffer.from([0xff]),
      Buffer.from(',2026-01-01T00:00:00Z,api_call,0.5\ne16,c1,2026-01-01 00:00:00,Premium-Feature-Trial,\n'),
    ]);
    const report = await bench.load(bench.write('usage_events.csv', content));
    expect(listFaults(report)).toEqual([
      '7 | type | timestamp | yesterday',
      '8 | enum | event_type | sing_song',
      '9 | key_null | event_id | ',
      '10 | required | customer_id | ',
      '12 | key_repeated | event_id | e1',
      '13 | range | feature_adoption_score | 1.5',
      '14 | ragged |  | ',
      '15 | ragged |  | ',
      '16 | type | feature_adoption_score | nan',
      '17 | enum | event_type | polka',
      '17 | range | feature_adoption_score | 7.0',
      '18 | type | feature_adoption_score | z',
      '19 | encoding | customer_id | ',
    ]);
    expect(renderCounts(report)).toBe('16 3 0 1 12');
    expect(await listIds()).toBe('e1 e16 e2');
    const rejects = await bench.engine.query(
      'select count(*) as faults, sum("rows")::bigint as n, count(reason) as reasons, count("row") as texts from loads.raw_rejects',
    );
    expect(rejects).toEqual([{ faults: 13, n: 12, reasons: 13, texts: 13 }]);
  });

  test('whole numbers, dates and amounts are not rounded silently', async () => {
    const file = bench.write(
      'campaigns_daily.csv',
      [
        'Campaign-ID;Date;Channel;Impressions;Spend;Mystery',
        'a;2026-01-01;Google;12;1.239;x',
        'b;2026-01-01;facebook;12.5;1.23;x',
        'c;2026-01-01 13:00:00;x;12.0;1.23;x',
        'd;2026-01-01 00:00:00;LinkedIn;12.0;$1;x',
        'e;2026-01-01;tiktok;99999999999999999;5;x',
      ].join('\n'),
    );
    const report = await bench.load(file);
    expect(listFaults(report)).toEqual([
      '3 | type | impressions | 12.5',
      '4 | type | date | 2026-01-01 13:00:00',
      '5 | type | spend | $1',
      '6 | type | impressions | 1e+17',
    ]);
    expect(report.notes).toEqual(['marketing.campaigns_daily: 1 values of spend were rounded to the cent.']);
    expect(report.files[0]?.ignoredColumns).toEqual(['Mystery']);
    expect(
      await bench.engine.query('select * exclude (_loaded_at, _source) from marketing.campaigns_daily'),
    ).toMatchObject([
      {
        campaign_id: 'a',
        channel: 'google_ads',
        spend: '1.24',
        impressions: 12,
        year: 2026,
        month: 1,
        day: 1,
      },
    ]);
  });

  test('a quoted value that never ends costs its own line only', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `e${i},c1,2026-01-01,api_call,0.5`);
    rows[5] = 'e5,"c1,2026-01-01,api_call,0.5';
    rows[11] = '"e11","c1,2026-01-01,api_call,0.5';
    const report = await bench.load(bench.write('usage_events.csv', `${HEADER}${rows.join('\n')}\n`));
    expect(listFaults(report)).toEqual(['7 | quote |  | ', '13 | quote |  | ']);
    expect(renderCounts(report)).toBe('20 18 0 0 2');
  });

  test('junk behind a closing quote is rejected, mixed line ends are not', async () => {
    const content = `${HEADER.trim()}\r\ne1,c1,2026-01-01,api_call,0.5\ne2,"c"x,2026-01-01,api_call,1\r\n\ne3,c1,2026-01-01,api_call,5\n`;
    const report = await bench.load(bench.write('usage_events.csv', content));
    expect(listFaults(report)).toEqual([
      '3 | quote | customer_id | ',
      '5 | range | feature_adoption_score | 5.0',
    ]);
    expect(renderCounts(report)).toBe('3 1 0 0 2');
  });

  test('quotes inside plain values, tabs and bars, and a byte order mark', async () => {
    const tabs = bench.write(
      'usage_events-1.tsv',
      `\uFEFF${HEADER}e1,5" pipe,2026-01-01,api_call,0.5\ne2,c,2026-01-01,nonsense,\n`.replaceAll(',', '\t'),
    );
    const bars = bench.write(
      'usage_events-2.csv',
      `\uFEFF"event_id",${HEADER.slice(9)}e3,c,2026-01-01,api_call,\ne4,"|",2026-01-01,nonsense,\n`.replaceAll(
        ',',
        '|',
      ),
    );
    const report = await bench.load([tabs, bars]);
    expect(listFaults(report)).toEqual([
      '3 | enum | event_type | nonsense',
      '3 | enum | event_type | nonsense',
    ]);
    expect(await listIds()).toBe('e1 e3');
  });
});

test('a runaway quote in a file that is not all UTF-8', async () => {
  const content = Buffer.concat([
    Buffer.from(`${HEADER}e1,’,2026-01-01,api_call,\ne2,`),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(
      ',2026-01-01,api_call,\ne3,"c,2026-01-01,api_call,\n\ne4,c,2026-01-01,polka,\ne5,ü,2026-01-01,api_call,\n',
    ),
  ]);
  const report = await bench.load(bench.write('usage_events.csv', content));
  expect(listFaults(report)).toEqual([
    '3 | encoding |  | ',
    '4 | quote |  | ',
    '6 | enum | event_type | polka',
  ]);
  expect(renderCounts(report)).toBe('5 2 0 0 3');
  expect(await bench.engine.query('select customer_id from raw.usage_events order by event_id')).toEqual([
    { customer_id: '’' },
    { customer_id: 'ü' },
  ]);
});

test('times: offsets are taken off, other zones and nonsense are rejected', async () => {
  const times = [
    '2026-01-05T10:00:00+02:00',
    '2026-01-05 10:00:00-0530',
    '2026-01-05 10:00+02',
    '2026-01-05 10:00:00 UTC',
    '2026-01-05',
    '2026-01-05T10:00:00.5Z',
    '2026-01-05 10:00:00',
    '2026-01-05 10:00:00 America/New_York',
    'infinity',
    '2026-02-30',
    '1767607200',
  ];
  const rows = times.map((time, index) => `e${String(index).padStart(2, '0')},c,${time},api_call,`);
  const report = await bench.load(bench.write('usage_events.csv', `${HEADER}${rows.join('\n')}\n`));
  const stored = await bench.engine.query('select timestamp from raw.usage_events order by event_id');
  expect(stored.map((row) => row['timestamp'])).toEqual([
    '2026-01-05T08:00:00.000Z',
    '2026-01-05T15:30:00.000Z',
    '2026-01-05T08:00:00.000Z',
    '2026-01-05T10:00:00.000Z',
    '2026-01-05T00:00:00.000Z',
    '2026-01-05T10:00:00.500Z',
    '2026-01-05T10:00:00.000Z',
  ]);
  expect(report.samples.map((sample) => `${sample.line} ${sample.rule}`)).toEqual([
    '9 type',
    '10 type',
    '11 type',
    '12 type',
  ]);
});

describe('a file that cannot be loaded', () => {
  test('is rejected as a whole, and the others are loaded', async () => {
    const wrong = bench.write('in/usage_events-1.csv', 'event,who\na,b\n\n"c\nc",d\n');
    bench.write('in/usage_events-2.csv', `${HEADER}e1,c1,2026-01-01,api_call,0.5\n`);
    bench.write('in/sonnets.csv', 'a,b\n1,2\n');
    bench.write('in/empty/customers.csv', '');
    bench.write('in/features.parquet', 'no parquet at all');
    bench.write('in/leads.json', '[{"lead_id": "l1",');
    bench.write('in/users.csv', 'user_id,User-ID,customer_id,created_at\nu,u,c,2026-01-01\n');
    bench.write('in/notes.md', 'not data');
    const report = await bench.load(path.join(bench.folder, 'in'));
    expect(report.skippedFiles.map((file) => path.basename(file))).toEqual(['notes.md']);
    const files = report.files.map(
      (f) => `${path.basename(f.file)} ${f.table} ${f.read} ${f.inserted} ${f.rejected}`,
    );
    expect(files).toEqual([
      'customers.csv raw.customers 0 0 0',
      'features.parquet raw.features 0 0 0',
      'leads.json raw.leads 1 0 1',
      'sonnets.csv null 1 0 1',
      'usage_events-1.csv raw.usage_events 3 0 3',
      'usage_events-2.csv raw.usage_events 1 1 0',
      'users.csv raw.users 1 0 1',
    ]);
    const rejects = await bench.engine.query(
      `select line, rule, "rows", reason from loads.raw_rejects where file = $1`,
      [wrong],
    );
    expect(rejects).toMatchObject([{ line: 1, rule: 'header', rows: 3 }]);
    expect(String(rejects[0]?.['reason'])).toContain('event_id, customer_id, timestamp, event_type');
  });

  test('strict: any of this, and nothing is loaded', async () => {
    const file = bench.write(
      'usage_events.csv',
      `${HEADER}e1,c1,2026-01-01,api_call,0.5\ne2,c1,2026-01-01,polka,\n`,
    );
    const report = await bench.load(file, { isStrict: true });
    expect(report.status).toBe('refused');
    expect(listFaults(report)).toEqual(['3 | enum | event_type | polka']);
    expect(
      await bench.engine.query(
        'select (select count(*) from raw.usage_events) + (select count(*) from loads.batches) + (select count(*) from loads.raw_rejects) as n',
      ),
    ).toEqual([{ n: 0 }]);
  });
});

describe('JSON and Parquet', () => {
  test('JSON lines: types, values, and lines that are no JSON', async () => {
    const lines = [
      '{"event_id": "e1", "Customer Id": "c1", "timestamp": "2026-01-01T00:00:00Z", "event_type": "api_call", "quantity": 12, "extra": {"a": 1}}',
      '',
      '{"event_id": "e2", "customer_id": ',
      '[1, 2]',
      '{"event_id": "e3", "Customer Id": "c1", "timestamp": "soon", "event_type": "api_call", "quantity": 1.5}',
      '{"event_id": "e4", "Customer Id": null, "timestamp": "2026-01-01", "event_type": "api_call"}',
      '{"event_id": "é5", "Customer Id": "c1", "timestamp": "2026-01-01", "event_type": "api_call", "feature_adoption_score": "high"}',
      '{"event_id": 6, "Customer Id": "c1", "timestamp": "2026-01-01", "event_type": "Report View", "feature_adoption_score": 1}',
    ];
    const foreign = Buffer.concat([Buffer.from('{"event_id": "'), Buffer.from([0xe9]), Buffer.from('"}\n')]);
    const file = bench.write(
      'usage_events.jsonl',
      Buffer.concat([Buffer.from(`${lines[0]}\n`), foreign, Buffer.from(lines.slice(1).join('\n'))]),
    );
    const report = await bench.load(file);
    expect(listFaults(report)).toEqual([
      '2 | encoding |  | ',
      '4 | malformed |  | ',
      '5 | malformed |  | ',
      '6 | type | timestamp | soon',
      '6 | type | quantity | 1.5',
      '7 | required | customer_id | ',
      '8 | type | feature_adoption_score | high',
    ]);
    expect(renderCounts(report)).toBe('8 2 0 0 6');
    expect(report.files[0]?.ignoredColumns).toEqual(['extra']);
    expect(await bench.engine.query('select event_id, quantity from raw.usage_events order by 1')).toEqual([
      { event_id: '6', quantity: 1 },
      { event_id: 'e1', quantity: 12 },
    ]);
  });

  test('a JSON array counts its elements', async () => {
    const rows = [
      { user_id: 'u1', customer_id: 'c', created_at: '2026-01-01' },
      7,
      { user_id: 'u2', customer_id: 'c', created_at: 'x' },
    ];
    const report = await bench.load(bench.write('users.json', JSON.stringify(rows, null, 2)));
    expect(listFaults(report)).toEqual(['2 | malformed |  | ', '3 | type | created_at | x']);
    expect(renderCounts(report)).toBe('3 1 0 0 2');
  });

  test('Parquet: types, values and keys, with the row as line', async () => {
    const file = path.join(bench.folder, 'quotas.parquet');
    await bench.engine.execute(
      `copy (
         select * from (values
           ('m1', date '2026-01-01', timestamp '2026-03-31 00:00:00', 10.5::double),
           ('m2', date '2026-01-01', timestamp '2026-03-31 08:00:00', 10),
           (null, date '2026-01-01', timestamp '2026-03-31 00:00:00', 10),
           ('m1', date '2026-01-01', timestamp '2026-03-31 00:00:00', 10.5),
           ('m3', date '2026-01-01', timestamp '2026-03-31 00:00:00', -1)
         ) as t("Member ID", period_start, period_end, quota_amount)
       ) to '${file}' (format parquet)`,
    );
    const report = await bench.load(file);
    expect(listFaults(report)).toEqual([
      '2 | type | period_end | 2026-03-31 08:00:00',
      '3 | key_null | member_id | ',
      '5 | range | quota_amount | -1.000000',
    ]);
    expect(renderCounts(report)).toBe('5 1 0 1 3');
  });

  test('compressed files, and names with characters of globs', async () => {
    const csv = `${HEADER}e1,c1,2026-01-01,api_call,0.5\n\ne2,c1,2026-01-01,polka,0.5\n`;
    bench.write('in/usage_events-[1]*?.csv.gz', zlib.gzipSync(csv));
    bench.write(
      'in/usage_events-2.jsonl.gz',
      zlib.gzipSync('{"event_id":"e3","customer_id":"c","timestamp":"2026-01-01","event_type":"api_call"}\n'),
    );
    const report = await bench.load(path.join(bench.folder, 'in'));
    expect(report.samples).toMatchObject([{ line: 4, rule: 'enum' }]);
    expect(await listIds()).toBe('e1 e3');
  });

  test('zstd, written by DuckDB itself', async () => {
    const csv = path.join(bench.folder, 'usage_events-1.csv.zst');
    const json = path.join(bench.folder, 'usage_events-2.jsonl.zst');
    const row = `select 'e1' as event_id, 'c' as customer_id, '2026-01-01' as timestamp, 'api_call' as event_type`;
    await bench.engine.execute(`copy (${row}) to '${csv}' (format csv, header true, compression zstd)`);
    await bench.engine.execute(
      `copy (${row.replace('e1', 'e2')}) to '${json}' (format json, compression zstd)`,
    );
    expect(renderCounts(await bench.load([csv, json]))).toBe('2 2 0 0 0');
  });
});
