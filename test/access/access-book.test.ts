import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AccessBook, openAccessBook } from '../../src/access/index.ts';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { systemIds } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEGIN = Date.parse('2026-03-14T09:00:00Z');
const SCHEMA = fs.readFileSync(path.join(PACKAGE_ROOT, 'schema', '000006-access.sql'), 'utf8');

let now = BEGIN;
let state: DuckdbEngine;
let book: AccessBook;

function reopen(): AccessBook {
  return openAccessBook({ state, clock: { now: () => now }, ids: systemIds });
}

beforeEach(async () => {
  now = BEGIN;
  state = await openDuckdb({ path: ':memory:' });
  await state.execute(SCHEMA);
  book = reopen();
  return () => state.close();
});

describe('keys', () => {
  it('open by their text, of which nothing but the hash is kept', async () => {
    const { key, ...added } = await book.addKey({ name: 'maria', role: 'csm', memberId: 'm1' });
    expect(key).toMatch(/^tnr_[\w-]{43}$/);
    expect(added).toMatchObject({ name: 'maria', role: 'csm', memberId: 'm1', start: key.slice(0, 10) });
    expect(await book.checkKey(key)).toMatchObject({ id: added.id, role: 'csm' });
    const rows = JSON.stringify(await state.query('from access_keys'));
    expect(rows).not.toContain(key.slice(10));
    expect(JSON.stringify(await book.listKeys())).not.toContain(key.slice(10));
    // Another book, as after a restart.
    expect(await reopen().checkKey(key)).toMatchObject({ id: added.id });
  });

  it.each(['', 'tnr_', 'tnr_wrong', "' or 1=1 --", 'x'.repeat(10_000)])('%s opens nothing', async (text) => {
    const { key } = await book.addKey({ name: 'maria', role: 'csm' });
    expect(await book.checkKey(text)).toBeNull();
    expect(await book.checkKey(`${key}x`)).toBeNull();
    expect(await book.checkKey(key.toUpperCase())).toBeNull();
  });

  it('end when they expire or are revoked, and the server does not open again', async () => {
    expect([await book.isKeyNeeded(), await book.hasValidKey()]).toEqual([false, false]);
    const short = await book.addKey({ name: 'ci', role: 'viewer', expiresAt: '2026-03-14T10:00:00Z' });
    const long = await book.addKey({ name: 'maria', role: 'admin' });
    now = Date.parse('2026-03-14T09:59:59.999Z');
    expect(await book.checkKey(short.key)).toMatchObject({ name: 'ci' });
    now += 1;
    expect(await book.checkKey(short.key)).toBeNull();
    expect(await book.hasValidKey()).toBe(true);
    expect(await book.revokeKey(long.id)).toMatchObject({ revokedAt: '2026-03-14T10:00:00.000Z' });
    expect(await book.checkKey(long.key)).toBeNull();
    expect([await book.isKeyNeeded(), await book.hasValidKey()]).toEqual([true, false]);
    for (const id of [long.id, 'no-uuid', "' or true --"])
      await expect(book.revokeKey(id)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
  });

  it.each([
    [{ name: ' ', role: 'viewer' }, 'name'],
    [{ name: 'x'.repeat(101), role: 'viewer' }, 'name'],
    [{ name: 'maria', role: 'root' }, 'roles'],
    [{ name: 'maria', role: 'viewer', expiresAt: '2026-03-14T09:00:00Z' }, 'over'],
    [{ name: 'maria', role: 'viewer', expiresAt: 'tomorrow' }, 'over'],
  ] as const)('%o is none', async (wanted, problem) => {
    await expect(book.addKey(wanted as never)).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining(problem),
    });
  });

  it('note their use to the minute', async () => {
    const { key } = await book.addKey({ name: 'maria', role: 'csm' });
    const lastUsed = async () => (await book.listKeys())[0]?.lastUsedAt;
    expect(await lastUsed()).toBeNull();
    await book.checkKey(key);
    now += MINUTE - 1;
    await book.checkKey(key);
    expect(await lastUsed()).toBe('2026-03-14T09:00:00.000Z');
    now += 1;
    await book.checkKey(key);
    expect(await lastUsed()).toBe('2026-03-14T09:01:00.000Z');
  });
});

describe('sessions', () => {
  const open = async () => {
    const { id } = await book.addKey({ name: 'maria', role: 'csm' });
    return { keyId: id, token: (await book.openSession(id)).token };
  };

  it('are known by a token of which nothing but the hash is kept', async () => {
    const { keyId, token } = await open();
    expect(await book.checkSession(token)).toMatchObject({ id: keyId, name: 'maria' });
    expect(JSON.stringify(await state.query('from sessions'))).not.toContain(token);
    expect((await book.openSession(keyId)).token).not.toBe(token);
    expect(await book.checkSession(keyId)).toBeNull();
  });

  it('end 12 hours after the last request', async () => {
    const { token } = await open();
    now += 12 * HOUR - 1;
    expect(await book.checkSession(token)).not.toBeNull();
    now += 12 * HOUR - 1;
    expect(await book.checkSession(token)).not.toBeNull();
    now += 12 * HOUR;
    expect(await book.checkSession(token)).toBeNull();
  });

  it('end after 7 days, whatever happens in them', async () => {
    const { token } = await open();
    for (now = BEGIN; now < BEGIN + 7 * 24 * HOUR; now += 6 * HOUR)
      expect(await book.checkSession(token)).not.toBeNull();
    expect(await book.checkSession(token)).toBeNull();
  });

  it('end when they are closed, and with their key', async () => {
    const { keyId, token } = await open();
    const other = await book.openSession(keyId);
    await book.closeSession(token);
    expect(await book.checkSession(token)).toBeNull();
    expect(await book.checkSession(other.token)).not.toBeNull();
    await book.revokeKey(keyId);
    expect(await book.checkSession(other.token)).toBeNull();
    expect(await state.query('from sessions')).toEqual([]);
  });

  it('end when their key expires', async () => {
    const { id } = await book.addKey({ name: 'ci', role: 'viewer', expiresAt: '2026-03-14T10:00:00Z' });
    const { token } = await book.openSession(id);
    now += HOUR;
    expect(await book.checkSession(token)).toBeNull();
  });
});

describe('the audit log', () => {
  it('says who did what, the latest first', async () => {
    const entry = { actor: 'maria', action: 'sign-in', subject: null, detail: {}, address: '10.0.0.1' };
    await book.record(entry);
    now += 1;
    await book.record({ ...entry, actor: "x'; drop table audit_log; --", detail: { a: ['ü"'] } });
    const [last, first] = await book.listAudit();
    expect(last).toMatchObject({ actor: "x'; drop table audit_log; --", detail: { a: ['ü"'] } });
    expect(first).toMatchObject({ ...entry, at: '2026-03-14T09:00:00.000Z' });
    expect(await book.listAudit({ actor: 'maria' })).toHaveLength(1);
    expect(await book.listAudit({ action: 'sign-out' })).toEqual([]);
    expect(await book.listAudit({ limit: 1 })).toHaveLength(1);
  });
});
