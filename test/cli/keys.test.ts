import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, writeWorkspace } from '../../src/app/index.ts';
import { runCommandLine } from './run-command-line.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-keys-'));
beforeAll(() => {
  writeWorkspace(folder);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const run = (...words: string[]) => runCommandLine(folder, 'keys', ...words);

describe('tenure keys', () => {
  it('adds a key, shows it once, lists and revokes it, and all is in the audit log', async () => {
    expect(await run('list')).toMatchObject({ code: 0, out: expect.stringContaining('None') });
    const added = await run('add', 'maria', '--role', 'csm', '--expires', '90d', '--member', 'm1', '--json');
    const { key, id, expiresAt } = JSON.parse(added.out);
    expect(expiresAt).toBe('2026-06-14T00:00:00.000Z');
    const shown = await run('add', 'ci', '--role', 'viewer');
    expect(shown.out).toMatch(/^tnr_[\w-]{43}\n/);
    const list = await run('list');
    expect(list.out).toContain(key.slice(0, 10));
    expect(list.out).not.toContain(key);
    expect(await run('revoke', id)).toMatchObject({ code: 0, out: expect.stringContaining('maria') });
    expect(await run('revoke', id)).toMatchObject({ code: 2, notes: expect.stringContaining('KEY_UNKNOWN') });
    const audit = await openTenure({ folder }).access.listAudit();
    expect(audit.map(({ action, actor }) => `${action} by ${actor}`).sort()).toEqual([
      'key.added by command line',
      'key.added by command line',
      'key.revoked by command line',
    ]);
    expect(JSON.stringify(audit)).not.toContain(key);
  });

  it.each([
    [['add'], 'takes the name'],
    [['add', 'maria'], 'needs --role'],
    [['add', 'maria', '--role', 'root'], 'none of viewer, csm, admin'],
    [['add', 'maria', '--role', 'csm', '--expires', '3 weeks'], '90d'],
    [['revoke'], 'takes the id'],
  ])('%j is refused', async (words, problem) => {
    expect(await run(...words)).toMatchObject({ code: 2, notes: expect.stringContaining(problem) });
  });
});
