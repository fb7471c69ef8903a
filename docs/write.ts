import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderDictionary, renderSources } from '../src/contract/index.ts';
import { renderCliPage, renderErrorsPage } from './pages.ts';

/** A page that is made from code, so that it cannot disagree with it. */
export interface GeneratedPage {
  /** From the root of the project. */
  readonly path: string;
  readonly render: () => string | Promise<string>;
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Every generated file of the repository. */
export const GENERATED_PAGES: readonly GeneratedPage[] = [
  { path: 'docs/dictionary.md', render: renderDictionary },
  { path: 'docs/errors.md', render: renderErrorsPage },
  { path: 'docs/cli.md', render: renderCliPage },
  { path: 'dbt/models/staging/_sources.yml', render: renderSources },
];

function readPage(page: GeneratedPage): string | null {
  const file = path.join(root, page.path);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

/** The generated files that are absent or not what the code would write now. */
export async function listStalePages(): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const page of GENERATED_PAGES) if (readPage(page) !== (await page.render())) stale.push(page.path);
  return stale;
}

/** Writes the generated files that are stale, and returns their paths. */
async function writePages(): Promise<readonly string[]> {
  const stale = await listStalePages();
  for (const page of GENERATED_PAGES) {
    if (stale.includes(page.path)) fs.writeFileSync(path.join(root, page.path), await page.render());
  }
  return stale;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  const stale = isCheck ? await listStalePages() : await writePages();
  for (const file of stale)
    console.log(isCheck ? `${file} is not current: run npm run docs` : `wrote ${file}`);
  if (isCheck && stale.length > 0) process.exitCode = 1;
}
