import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine as run, runCommandLineIn } from './run-command-line.ts';

describe('tenure demo', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-demo-'));
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  it.each([1, 2])('generates, builds and shows a company, run %i', { timeout: 180_000 }, async (seed) => {
    const outcome = await run(root, 'demo', '--customers', '30', '--days', '120', '--seed', String(seed));
    expect([outcome.code, outcome.notes]).toEqual([0, expect.stringContaining(`seed ${seed}.`)]);
    expect(outcome.notes).toMatch(/models +\d+ success\n/);
    expect(outcome.out).toContain('Marts as of 2026-03-14, in demo/warehouse.duckdb');
    expect(outcome.out).toMatch(/customer_survival +30 /);
    expect(outcome.out).toContain('The most valuable buyers');
    const noticed = /tenure milestones list +# (\d+) milestones noticed/.exec(outcome.out)?.[1];
    const options = ['--limit', '100000', '--json'];
    const listed = await run(path.join(root, 'demo'), 'milestones', 'list', ...options);
    expect(JSON.parse(listed.out)).toHaveLength(Number(noticed));
    const file = await run(
      path.join(root, 'demo'),
      'query',
      'select distinct file from loads.files',
      '--json',
    );
    expect(JSON.parse(file.out)[0].file).toContain(`30 customers, 120 days to 2026-03-14, seed ${seed}`);
  });

  it('leaves its workspace ready for the other commands', async () => {
    const demo = path.join(root, 'demo');
    expect(fs.readFileSync(path.join(demo, 'tenure.yml'), 'utf8')).toContain('\nas_of: 2026-03-14\n');
    expect((await run(demo, 'compile', 'int_customers')).out).toContain('2026-03-14');
    expect((await run(demo, 'load', '--undo', '1')).code).toBe(0);
  });

  it('serves its dashboards where that is asked for, and says what to look at first', {
    timeout: 180_000,
  }, async () => {
    const ending = new AbortController();
    const words = ['demo', 'small', '--customers', '30', '--days', '120', '--serve', '--port', '0'];
    let out = '';
    const write = (text: string | Uint8Array): void => {
      out += Buffer.from(text).toString();
    };
    const running = runCommandLineIn({ cwd: root, signal: ending.signal, write }, words);
    await vi.waitFor(() => expect(out).toContain('Look first at:'), { timeout: 120_000 });
    const url = /serves this workspace at (http:\S+)/.exec(out)?.[1] ?? '';
    const addresses = out.split('Look first at:')[1]?.match(/http:\S+/g) ?? [];
    expect(addresses).toContain(`${url}/dashboards/executive`);
    for (const address of addresses) {
      const response = await fetch(address, { headers: { accept: 'text/html' } });
      expect([address, response.status]).toEqual([address, 200]);
    }
    ending.abort();
    expect((await running).code).toBe(0);
  });

  it('touches nothing when an option is wrong', async () => {
    expect((await run(root, 'demo', 'other', '--customers', 'all')).notes).toContain(
      'GENERATE_OPTION_INVALID',
    );
    expect(fs.readdirSync(root)).toEqual(['demo', 'small']);
  });
});
