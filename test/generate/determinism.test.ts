import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCompanyFile } from '../../src/app/company-files-store.ts';
import { type GenerateFilesRequest, generateFiles } from '../../src/app/index.ts';
import { systemClock, utcTime } from '../../src/base/index.ts';
import { listTables } from '../../src/contract/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { buildCompanyPlan, writeCompany } from '../../src/generate/index.ts';
import { openRawStore } from '../../src/load/index.ts';
import { openChild } from '../shared/compiled.ts';

const FORMATS = ['csv', 'parquet'] as const;
// More events than one block of a table or Parquet file holds: with fewer, one thread does all the work.
const COMPANY = { customers: 100, days: 500, formats: FORMATS };
const SMALL = { customers: 15, days: 90, formats: FORMATS };

function readDigests(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => {
      const digest = createHash('sha256').update(fs.readFileSync(path.join(folder, name)));
      return [name, digest.digest('hex')];
    }),
  );
}

describe('the same plan gives the same bytes', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bytes-'));
  const small = path.join(root, 'small');
  let child: string;
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  /** Generates in a process of its own. */
  function runChild(name: string, request: Omit<GenerateFilesRequest, 'folder'>, zone: string) {
    const folder = path.join(root, name);
    const words = [child, JSON.stringify({ ...request, folder })];
    const result = spawnSync(process.execPath, words, {
      encoding: 'utf8',
      env: { ...process.env, TZ: zone },
    });
    expect([result.status, result.stderr]).toEqual([0, '']);
    return readDigests(folder);
  }

  beforeAll(async () => {
    child = await openChild('generate/generate-child.ts');
    await generateFiles({ ...SMALL, folder: small });
  });

  it('with one thread and with several, in another time zone', () => {
    const one = runChild('one', { ...COMPANY, threads: 1 }, 'UTC');
    expect(Object.keys(one)).toHaveLength(56);
    const events = fs.readFileSync(path.join(root, 'one', 'usage_events.csv'), 'latin1');
    expect(events.split('\n').length).toBeGreaterThan(125_000);
    expect(runChild('two', { ...COMPANY, threads: 2 }, 'America/St_Johns')).toEqual(one);
  });

  it('twice in one process, in memory, at another hour and in another time zone of the database', async () => {
    const folder = path.join(root, 'zone');
    fs.mkdirSync(folder);
    const engine = await openDuckdb({ path: ':memory:', settings: { threads: '2' } });
    await engine.execute(`set TimeZone = 'Pacific/Chatham'`);
    await openRawStore(engine, systemClock);
    const loadedAt = utcTime(systemClock);
    await writeCompany(engine, { plan: buildCompanyPlan(SMALL), loadedAt, batchId: '7', source: 'x' });
    for (const table of listTables()) {
      for (const format of FORMATS) {
        await writeCompanyFile(engine, table, { file: path.join(folder, `${table.name}.${format}`), format });
      }
    }
    await engine.close();
    expect(readDigests(folder)).toEqual(readDigests(small));
  });

  it('and another seed gives others', async () => {
    const folder = path.join(root, 'other');
    await generateFiles({ ...SMALL, seed: 2, folder });
    const [first, digests] = [readDigests(small), readDigests(folder)];
    for (const name of ['customers', 'usage_events', 'sessions']) {
      for (const format of FORMATS) {
        expect(digests[`${name}.${format}`]).not.toBe(first[`${name}.${format}`]);
      }
    }
  });
});
