import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MIRRORED_MODELS } from '../../src/app/storage/mirrored-models.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { copyDemo } from '../shared/workspaces.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
let engine: Engine;

beforeAll(async () => {
  await copyDemo(folder);
  const file = path.join(folder, 'warehouse.duckdb');
  engine = await openDuckdb({ path: file, isReadOnly: true, searchPath: ['intermediate', 'staging'] });
}, 120_000);

afterAll(async () => {
  await engine?.close();
  fs.rmSync(folder, { recursive: true });
});

it.each(MIRRORED_MODELS)(
  '$name has the columns that are copied, by these types',
  async ({ name, columns }) => {
    const names = Object.keys(columns);
    const found = await engine.describe(`select ${names.join(', ')} from ${name}`);
    const types = names.map((column) => engine.dialect.typeName(columns[column] ?? 'string').toUpperCase());
    expect(found.map(({ type }) => type)).toEqual(types);
  },
);
