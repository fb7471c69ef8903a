import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../src/engines/index.ts';
import { listPostgresBinaries, startPostgres } from '../conformance/postgres-server.ts';
import { openPackage } from '../shared/compiled.ts';
import { copyFolder } from '../shared/make-once.ts';
import { copyAcme } from '../shared/workspaces.ts';
import { REPOSITORY as root, runPage } from './run-page.ts';

const binaries = listPostgresBinaries();

interface Page {
  readonly file: string;
  /** Files and folders that the page takes for granted where its commands begin. */
  readonly beside?: readonly string[];
  /** True for a page whose commands begin in a workspace: the example company, loaded and built. */
  readonly isInWorkspace?: boolean;
  /** What stands in a PostgreSQL database whose address the page's commands find in these variables. */
  readonly database?: string;
}

const ADDRESSES = ['CRM_POSTGRES_URL', 'TENURE_DATABASE_URL'];
const CRM = `
create table accounts (id int primary key, sector text, plan text, signed_on date, monthly_fee numeric);
create table logins (id int primary key, account_id int, happened_at timestamp);
create table cases (id int primary key, account_id int, opened_at timestamptz, urgency text, is_spam boolean);
insert into accounts values (1, 'FinTech', 'M', '2025-05-01', 5400), (2, null, 'S', '2025-11-20', 900);
insert into logins values (1, 1, '2026-03-01 09:00'), (2, 2, '2026-03-02 10:30');
insert into cases values (1, 1, '2026-03-03 12:00Z', 'high', false);`;

const PAGES: readonly Page[] = [
  { file: 'README.md', beside: ['examples'] },
  { file: 'docs/milestones.md', isInWorkspace: true },
  { file: 'docs/notifications.md', isInWorkspace: true },
  { file: 'docs/dashboards.md', isInWorkspace: true },
  { file: 'docs/own-data.md' },
  { file: 'docs/sources.md', database: CRM },
  { file: 'docs/postgres.md', database: 'select 1' },
  { file: 'docs/adding-a-model.md', isInWorkspace: true },
  { file: 'docs/api.md', isInWorkspace: true },
  { file: 'docs/alerts.md', isInWorkspace: true },
  { file: 'docs/celebrations.md', isInWorkspace: true },
  { file: 'docs/forecast.md', isInWorkspace: true },
  { file: 'docs/health.md', isInWorkspace: true },
  { file: 'docs/metrics.md', isInWorkspace: true },
  { file: 'docs/publish.md', isInWorkspace: true },
  { file: 'docs/scoring.md', isInWorkspace: true },
  { file: 'docs/superset.md', isInWorkspace: true },
  { file: 'docs/dbt-metrics.md', isInWorkspace: true },
  { file: 'docs/survival.md', isInWorkspace: true },
  { file: 'docs/runner.md', isInWorkspace: true, beside: ['examples/bookshop'] },
];

describe('every command in the docs, run with the built package', () => {
  let bin: string;
  const acme = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-docs-acme-'));
  beforeAll(async () => {
    bin = await openPackage();
    await copyAcme(acme);
  });
  afterAll(() => fs.rmSync(acme, { recursive: true, force: true }));

  /** The folder in which the commands of a page begin, within a folder of their own. */
  function writeStart({ beside = [], isInWorkspace = false }: Page, folder: string): string {
    for (const name of beside)
      fs.cpSync(path.join(root, name), path.join(folder, path.basename(name)), { recursive: true });
    if (!isInWorkspace) return folder;
    const shop = path.join(folder, 'shop');
    copyFolder(acme, shop);
    return shop;
  }

  /** A database as a page takes it for granted; null where it needs none. */
  async function startDatabase({ database }: Page) {
    if (database === undefined) return null;
    const server = startPostgres(binaries ?? '');
    const engine = await openPostgres({ connectionString: server.connectionString });
    await engine.execute(database);
    await engine.close();
    return server;
  }

  const runnable = PAGES.filter(({ database }) => database === undefined || binaries !== null);
  it.skipIf(binaries !== null)('docs/sources.md needs PostgreSQL (install the package postgresql)', () => {});
  it.each(runnable)('runs: $file', { timeout: 180_000 }, async (page) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-docs-'));
    const cwd = writeStart(page, folder);
    const server = await startDatabase(page);
    const addresses = ADDRESSES.map((name) => [name, server?.connectionString]);
    const environment = { ...process.env, ...Object.fromEntries(addresses) };
    const result = await runPage(page.file, { bin, cwd, environment });
    server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
    expect(result.status, result.text).toBe(0);
  });

  it('is on a page this test knows', () => {
    const pages = ['README.md', ...fs.readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`)];
    const withCommands = pages.filter(
      (file) =>
        file.endsWith('.md') && /```sh\n(?!npm )/.test(fs.readFileSync(path.join(root, file), 'utf8')),
    );
    // That of ClickHouse needs it: test/conformance/clickhouse-page.
    const known = [...PAGES.map((page) => page.file), 'docs/clickhouse.md'];
    expect(withCommands.sort()).toEqual(known.sort());
  });

  it('the npm commands of the README are scripts of the package', () => {
    const scripts = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).scripts;
    const text = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    const named = [...text.matchAll(/npm (?:run )?(start|test(?::\w+)?)\b/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(scripts).toHaveProperty([name]);
    expect(scripts.start).toBe('node bin/tenure demo --serve');
  });
});
