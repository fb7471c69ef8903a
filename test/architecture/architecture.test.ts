import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkArchitecture, type SourceFile } from './rules.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

function readSource(): readonly SourceFile[] {
  return fs
    .readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .map((file) => {
      const name = path.posix.join('src', file.split(path.sep).join('/'));
      return { path: name, text: fs.readFileSync(path.join(root, name), 'utf8') };
    });
}

const faults: readonly { readonly rule: string; readonly files: readonly SourceFile[] }[] = [
  { rule: 'downward', files: [{ path: 'src/base/a.ts', text: `import { x } from '../cli/index.ts';` }] },
  { rule: 'siblings', files: [{ path: 'src/load/a.ts', text: `import { x } from '../metrics/index.ts';` }] },
  { rule: 'front door', files: [{ path: 'src/app/a.ts', text: `import { x } from '../load/load.ts';` }] },
  {
    rule: 'cycle',
    files: [
      { path: 'src/load/a.ts', text: `import { b } from './b.ts';` },
      { path: 'src/load/b.ts', text: `import type { A } from './a.ts';` },
    ],
  },
  { rule: 'driver', files: [{ path: 'src/app/a.ts', text: `const pg = await import('pg');` }] },
  { rule: 'world', files: [{ path: 'src/app/a.ts', text: 'const now = Date.now();' }] },
  { rule: 'world', files: [{ path: 'src/app/a.ts', text: 'const x = Math.random();' }] },
  { rule: 'world', files: [{ path: 'src/app/a.ts', text: 'const home = process.env.HOME;' }] },
  { rule: 'sql', files: [{ path: 'src/app/a.ts', text: 'await engine.query(`select a from b`);' }] },
  { rule: 'sql', files: [{ path: 'src/cli/a.ts', text: `await engine.execute('drop table x');` }] },
  { rule: 'rooms', files: [{ path: 'src/helpers/a.ts', text: '' }] },
  { rule: 'names', files: [{ path: 'src/app/a.ts', text: 'export class LoadManager {}' }] },
  { rule: 'names', files: [{ path: 'src/app/loadData.ts', text: '' }] },
  { rule: 'size', files: [{ path: 'src/app/a.ts', text: '\n'.repeat(501) }] },
];

describe('architecture', () => {
  it('holds in the whole source', () => {
    const files = readSource();
    expect(files.length).toBeGreaterThan(20);
    expect(checkArchitecture(files)).toEqual([]);
  });

  it.each(faults)('catches a planted fault: $rule', ({ rule, files }) => {
    expect(checkArchitecture(files).map((problem) => problem.rule)).toContain(rule);
  });

  it('leaves innocent code alone', () => {
    const text = [
      `import { quoteIdentifier } from '../base/index.ts';`,
      '// select a from b, as of Date.now()',
      `export const message = 'Choose a table from the list.';`,
    ].join('\n');
    expect(checkArchitecture([{ path: 'src/load/good.ts', text }])).toEqual([]);
  });
});
