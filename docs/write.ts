import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderDictionary, renderSources } from '../src/contract/index.ts';
import { buildOpenApiDocument } from '../src/http/index.ts';
import { listGeneratedModels, readCatalogue } from '../src/metrics/index.ts';
import { buildDefinitionsSchema } from '../src/milestones/index.ts';
import { renderCliPage, renderErrorsPage } from './pages.ts';
import { renderSyntheticPage } from './synthetic.ts';

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
  { path: 'docs/synthetic-company.md', render: renderSyntheticPage },
  {
    path: 'docs/milestones.schema.json',
    render: () => `${JSON.stringify(buildDefinitionsSchema(), null, 2)}\n`,
  },
  {
    path: 'docs/openapi.json',
    render: () => `${JSON.stringify(buildOpenApiDocument(), null, 2)}\n`,
  },
  { path: 'dbt/models/staging/_sources.yml', render: renderSources },
  ...listGeneratedModels(readCatalogue(path.join(root, 'dbt', 'catalogue'))).map(({ path: file, text }) => ({
    path: `dbt/${file}`,
    render: () => text,
  })),
];

function readPage(page: GeneratedPage): string | null {
  const file = path.join(root, page.path);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

/** The generated files that are absent or not what the code would write now, with what it would write. */
async function renderStalePages(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const stale = [];
  for (const page of GENERATED_PAGES) {
    const text = await page.render();
    if (readPage(page) !== text) stale.push({ path: page.path, text });
  }
  return stale;
}

/** The paths of the generated files that are not current. */
export async function listStalePages(): Promise<readonly string[]> {
  return (await renderStalePages()).map((page) => page.path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  const stale = await renderStalePages();
  for (const page of stale) {
    if (!isCheck) fs.writeFileSync(path.join(root, page.path), page.text);
    console.log(isCheck ? `${page.path} is not current: run npm run docs` : `wrote ${page.path}`);
  }
  if (isCheck && stale.length > 0) process.exitCode = 1;
}
