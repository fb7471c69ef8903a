import path from 'node:path';
import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { type LoadRequest, runLoad, runSourceLoad, type SourceLoadRequest } from '../../src/load/index.ts';
import { advanceCursor, type CursorState, PREPARED } from '../../src/load/sources/cursor-state.ts';
import { parseDuration } from '../../src/load/sources/duration.ts';
import { CLOCK, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
});
afterEach(() => bench.close());

function load(text: string, options: Partial<SourceLoadRequest> = {}) {
  return runSourceLoad(bench.engine, {
    sourcesFile: bench.write('sources.yml', text),
    environment: {},
    scratchPath: path.join(bench.folder, 'load.duckdb'),
    clock: CLOCK,
    batchId: '1',
    load: (request: LoadRequest) => runLoad(bench.engine, request),
    ...options,
  });
}

/** A file with one source, of one entry in one line. */
function source(entry: string, settings = ''): string {
  return `sources:\n  crm:\n    kind: postgres\n    url_env: CRM_URL\n${settings}    tables:\n      - ${entry}\n`;
}

const SOUND = '{from: accounts, table: raw.customers}';

it.each([
  ['sources: [', 1, /YAML/],
  [source('{from: accounts}'), 6, /sources\.crm\.tables\[0\]\.table: is missing: a string/],
  [source('{table: raw.customers}'), 6, /needs either from \(a table or view\) or query/],
  [source('{from: a, query: b, table: raw.customers}'), 6, /needs either from/],
  [
    source('{from: a, table: raw.customer}'),
    6,
    /table is "raw\.customer": raw\.customer is no table.*Did you mean raw\.customers\?/s,
  ],
  [
    source('{from: a, table: raw.users, columns: {colour: b}}'),
    6,
    /columns\.colour is "b": raw\.users has no such column/,
  ],
  [
    source('{from: a, table: raw.users, mode: sometimes}'),
    6,
    /mode is "sometimes": must be snapshot or incremental/,
  ],
  [source('{from: a, table: raw.users, cursor: id}'), 6, /cursor is "id": is of no use to a snapshot/],
  [
    source('{from: a, table: raw.users, mode: incremental, lag: 1 hour}'),
    6,
    /lag is "1 hour": .* and there is none/,
  ],
  [
    source('{from: a, table: raw.users, mode: incremental, cursor: id, lag: soon}'),
    6,
    /must be a time such as "10 minutes"/,
  ],
  [source('{query: select 1, table: raw.users, mode: incremental}'), 6, /a query needs a cursor/],
  [source('{from: a, table: raw.users, mod: snapshot}'), 6, /there is no such setting.*Did you mean mode\?/s],
  [source(`${SOUND}\n      - ${SOUND}`), 7, /two entries are called crm\/accounts/],
  [source(SOUND, '    timezone: Mars\n'), 5, /timezone is "Mars": is no IANA time zone/],
  [source(SOUND, '    statement_timeout: 5\n'), 5, /statement_timeout is 5: must be a time such as/],
  [source(SOUND).replace('postgres', 'mysql'), 3, /kind is "mysql": must be postgres/],
])('what is wrong in sources.yml is told with its line: %#', async (text, line, problem) => {
  const error = await load(text).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'DEFINITION_INVALID', details: { line } });
  expect(`${error.message} ${error.fix}`).toMatch(problem);
});

it.each([
  source(SOUND, '    url: postgres://u:hunter2@host/db\n'),
  source(SOUND, '    password: hunter2\n'),
  source(SOUND).replace('CRM_URL', 'postgres://u:hunter2@host/db'),
])('an address in sources.yml is refused without repeating it: %#', async (text) => {
  const error = await load(text).catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: 'DEFINITION_INVALID',
    fix: expect.stringContaining('url_env: CRM_URL'),
  });
  expect(JSON.stringify([error.message, error.fix, error.details])).not.toContain('hunter2');
});

test('which source, which table, which address', async () => {
  const two = `${source(SOUND)}  shop:\n    kind: postgres\n    url_env: SHOP_URL\n    tables: [${SOUND}]\n`;
  await expect(load(two)).rejects.toMatchObject({
    code: 'SOURCE_UNKNOWN',
    fix: 'Name one of them with --source: crm (postgres), shop (postgres).',
  });
  await expect(load(two, { source: 'warehouse' })).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN' });
  await expect(load(two, { source: 'shop' })).rejects.toMatchObject({
    code: 'SOURCE_ADDRESS_MISSING',
    details: { variable: 'SHOP_URL' },
  });
  await expect(load(source(SOUND), { kind: 'postgres' })).rejects.toMatchObject({
    code: 'SOURCE_ADDRESS_MISSING',
  });
  await expect(load(source(SOUND), { table: 'users' })).rejects.toMatchObject({
    code: 'SOURCE_TABLE_MISSING',
    fix: 'It has entries for: raw.customers.',
  });
  await expect(load(source(SOUND), { table: 'sonnets' })).rejects.toMatchObject({
    code: 'LOAD_TABLE_UNKNOWN',
  });
  await expect(load('', { sourcesFile: path.join(bench.folder, 'no.yml') })).rejects.toMatchObject({
    code: 'SOURCES_MISSING',
  });
});

test('durations', () => {
  expect([parseDuration('1 hour'), parseDuration('250 milliseconds'), parseDuration('2 days')]).toEqual([
    3_600_000_000n,
    250_000n,
    172_800_000_000n,
  ]);
  expect([
    parseDuration('1h'),
    parseDuration('an hour'),
    parseDuration('-1 hour'),
    parseDuration(''),
  ]).toEqual([null, null, null, null]);
});

test('a cursor moves on as far as nobody can write behind it any more', () => {
  const sight = (high: bigint | null, ...running: string[]) => ({ high, running });
  const states: CursorState[] = [];
  const see = (...given: Parameters<typeof sight>): string | null => {
    const state = advanceCursor(states.at(-1) ?? null, sight(...given));
    states.push(state);
    return state.bound;
  };
  // Nobody knows when the first ones began.
  expect(see(100n, 'a')).toBeNull();
  expect(see(200n, 'a', 'b')).toBeNull();
  // a has ended; b began after the first look, when 100 was highest.
  expect(see(300n, 'b', 'c')).toBe('100');
  expect(see(400n, 'c')).toBe('200');
  expect(see(500n)).toBe('500');
  // The highest rows were deleted.
  expect(see(450n)).toBe('450');
  // One that waits for the second half of its commit was under way by another name: the bound stays.
  expect(see(600n, `${PREPARED}-1/7`)).toBe('450');
  expect(see(700n, `${PREPARED}-1/7`)).toBe('450');
  expect(see(800n)).toBe('800');
  expect(see(null)).toBeNull();
});
