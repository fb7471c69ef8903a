import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessBook, openAccessBook } from '../../src/access/index.ts';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { systemIds } from '../../src/base/index.ts';
import { type Engine, openPostgres } from '../../src/engines/index.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const SCHEMA = fs.readFileSync(path.join(PACKAGE_ROOT, 'schema', '000006-access.sql'), 'utf8');

describe.skipIf(listPostgresBinaries() === null)('access on PostgreSQL', () => {
  const server = startPostgres(listPostgresBinaries() ?? '');
  let now = Date.parse('2026-03-14T09:00:00Z');
  let postgres: Engine;
  let book: AccessBook;

  beforeAll(async () => {
    postgres = await openPostgres({ connectionString: server.connectionString });
    await postgres.execute(SCHEMA);
    book = openAccessBook({ state: postgres, clock: { now: () => now }, ids: systemIds });
  });
  afterAll(async () => {
    await postgres?.close();
    server.stop();
  });

  it('keys and sessions open, and end', async () => {
    const { id, key } = await book.addKey({ name: 'maria', role: 'csm', expiresAt: '2026-04-01T00:00:00Z' });
    expect(await book.checkKey(key)).toMatchObject({ id, expiresAt: '2026-04-01T00:00:00.000Z' });
    const { token } = await book.openSession(id);
    now += 60_000;
    expect(await book.checkSession(token)).toMatchObject({ id, name: 'maria' });
    const other = await book.openSession(id);
    await book.closeSession(other.token);
    expect(await book.checkSession(other.token)).toBeNull();
    await expect(book.revokeKey("' or true --")).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
    await book.revokeKey(id);
    expect([await book.checkSession(token), await book.checkKey(key)]).toEqual([null, null]);
    expect((await book.listKeys())[0]).toMatchObject({ lastUsedAt: '2026-03-14T09:01:00.000Z' });
  });

  it('the audit log keeps what was done', async () => {
    const entry = { actor: 'maria', action: 'sign-in', subject: null, detail: { a: [1] }, address: null };
    await book.record(entry);
    expect(await book.listAudit({ actor: 'maria' })).toMatchObject([entry]);
    expect(await book.listAudit({ action: 'other' })).toEqual([]);
  });
});
