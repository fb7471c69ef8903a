import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');

interface Page {
  readonly file: string;
  /** Commands that put in place what the page takes for granted. */
  readonly setup: string;
}

/** The example company, loaded and built: far quicker than a generated one. */
const BUILT = `tenure init shop && cp "${root}/examples/acme/tenure.yml" shop && cd shop && tenure load "${root}/examples/acme/data" && tenure build`;

const PAGES: readonly Page[] = [
  { file: 'README.md', setup: `cp -r "${root}/examples" .` },
  { file: 'docs/milestones.md', setup: BUILT },
  { file: 'docs/notifications.md', setup: BUILT },
  { file: 'docs/own-data.md', setup: 'true' },
  { file: 'docs/adding-a-model.md', setup: BUILT },
  { file: 'docs/alerts.md', setup: BUILT },
  { file: 'docs/celebrations.md', setup: BUILT },
  { file: 'docs/health.md', setup: BUILT },
  { file: 'docs/metrics.md', setup: BUILT },
  { file: 'docs/runner.md', setup: `cp -r "${root}/examples/bookshop" . && ${BUILT}` },
];

/** The shell blocks of a page, in order; `npm` lines are proven elsewhere. */
function parseBlocks(file: string): readonly string[] {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map((match) => {
    const indent = match[1]?.length ?? 0;
    return (match[2] ?? '')
      .split('\n')
      .map((line) => line.slice(Math.min(indent, line.search(/\S|$/))))
      .join('\n');
  });
  return blocks.filter((block) => !block.startsWith('npm '));
}

/** The package as it is published: what `npm run build` makes and what `files` names. */
function buildPackage(folder: string): string {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const words = [
    compiler,
    '-p',
    path.join(root, 'tsconfig.build.json'),
    '--outDir',
    path.join(folder, 'dist'),
  ];
  const built = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stdout);
  for (const name of ['bin', 'dbt', 'examples', 'packs', 'schema', 'package.json']) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return path.join(folder, 'bin');
}

describe('every command in the docs, run with the built package', () => {
  const packageFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-package-'));
  let bin: string;

  beforeAll(() => {
    bin = buildPackage(packageFolder);
  });
  afterAll(() => fs.rmSync(packageFolder, { recursive: true, force: true }));

  it.each(PAGES)('runs: $file', { timeout: 180_000 }, ({ file, setup }) => {
    const blocks = parseBlocks(file);
    expect(blocks.length).toBeGreaterThan(0);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-docs-'));
    const script = ['set -euo pipefail', setup, ...blocks].join('\n');
    const environment = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
    const result = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', env: environment });
    fs.rmSync(folder, { recursive: true, force: true });
    expect(result.status, `${result.stdout}\n${result.stderr}`).toBe(0);
  });

  it('is on a page this test knows', () => {
    const pages = ['README.md', ...fs.readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`)];
    const withCommands = pages.filter(
      (file) =>
        file.endsWith('.md') && /```sh\n(?!npm )/.test(fs.readFileSync(path.join(root, file), 'utf8')),
    );
    expect(withCommands.sort()).toEqual(PAGES.map((page) => page.file).sort());
  });

  it('the npm commands of the README are scripts of the package', () => {
    const scripts = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).scripts;
    const text = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    const named = [...text.matchAll(/npm (?:run )?(start|test(?::\w+)?)\b/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(scripts).toHaveProperty([name]);
    expect(scripts.start).toBe('node bin/tenure demo');
  });
});
