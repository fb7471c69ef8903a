import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { makeOnce } from './make-once.ts';

/** Test programs that run in a process of their own. */
const CHILDREN = [
  'generate/generate-child.ts',
  'load/load-child.ts',
  'notify/worker-child.ts',
  'conformance/serve-child.ts',
] as const;

function runCompiler(words: readonly string[]): void {
  const compiler = path.join(PACKAGE_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
}

/**
 * The `bin` folder of the package as it is published: what `npm run build` makes and what `files` names. Its `tenure`
 * starts in a third of the time that the source takes.
 */
export async function openPackage(): Promise<string> {
  const folder = await makeOnce('package', async (made) => {
    const out = ['--outDir', path.join(made, 'dist')];
    runCompiler(['-p', path.join(PACKAGE_ROOT, 'tsconfig.build.json'), ...out]);
    runCompiler(['-p', path.join(PACKAGE_ROOT, 'tsconfig.browser.json'), '--noEmit', 'false', ...out]);
    const { files } = JSON.parse(fs.readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'));
    for (const name of [...files.filter((file: string) => file !== 'dist'), 'package.json'])
      fs.cpSync(path.join(PACKAGE_ROOT, name), path.join(made, name), { recursive: true });
    fs.symlinkSync(path.join(PACKAGE_ROOT, 'node_modules'), path.join(made, 'node_modules'));
  });
  return path.join(folder, 'bin');
}

/** The file to run for a test program: compiled, so that a test that starts it fifty times does not compile it fifty times. */
export async function openChild(name: (typeof CHILDREN)[number]): Promise<string> {
  const folder = await makeOnce('children', async (made) => {
    for (const beside of ['node_modules', 'dbt', 'packs', 'schema', 'package.json'])
      fs.symlinkSync(path.join(PACKAGE_ROOT, beside), path.join(made, beside));
    const config = path.join(made, 'tsconfig.json');
    const compilerOptions = { noEmit: false, noCheck: true, rootDir: PACKAGE_ROOT, outDir: made };
    const files = CHILDREN.map((child) => path.join(PACKAGE_ROOT, 'test', child));
    const text = { extends: path.join(PACKAGE_ROOT, 'tsconfig.json'), compilerOptions, files, include: [] };
    fs.writeFileSync(config, JSON.stringify(text));
    runCompiler(['-p', config]);
  });
  return path.join(folder, 'test', name.replace(/\.ts$/, '.js'));
}
