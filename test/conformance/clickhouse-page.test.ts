import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPage } from '../docs/run-page.ts';
import { openPackage } from '../shared/compiled.ts';
import { CLICKHOUSE_MISSING, hasClickhouse, startClickhouseTarget } from './target-servers.ts';

describe.skipIf(!hasClickhouse)(`the commands of docs/clickhouse.md (${CLICKHOUSE_MISSING})`, () => {
  it('run with the built package', async () => {
    const bin = await openPackage();
    const servers = await startClickhouseTarget();
    const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-docs-'));
    try {
      const environment = { ...process.env, ...servers.environment };
      const { status, text } = await runPage('docs/clickhouse.md', { bin, cwd, environment });
      expect(status, text).toBe(0);
      expect(text).toMatch(/enterprise/);
    } finally {
      await servers.stop();
      fs.rmSync(cwd, { recursive: true, force: true });
    }
  }, 300_000);
});
