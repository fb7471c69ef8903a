import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { replaceFile, TenureError } from '../base/index.ts';
import { buildColumnTarget } from './column-types.ts';
import { withPart } from './part-files.ts';
import {
  buildReport,
  describeTables,
  type PublishJob,
  renderMoment,
  renderName,
  runTables,
} from './publish-job.ts';
import type { PublishedTable, PublishReport, PublishTable, TableChange } from './publish-set.ts';
import { writeParquet } from './table-text-store.ts';

const MANIFEST = 'manifest.json';
const LATEST = 'latest';

/** What lies in a folder of Parquet files, as `manifest.json` says it. */
interface ParquetManifest {
  readonly format: 'tenure-parquet-1';
  readonly build_id: string;
  readonly as_of: string | null;
  readonly published_at: string;
  readonly tables: readonly {
    readonly schema: string;
    readonly name: string;
    /** From the folder of the manifest. */
    readonly file: string;
    readonly description: string;
    readonly rows: number;
    /** Columns that tell every row from every other; empty where none are known to. */
    readonly primary_key: readonly string[];
    readonly columns: readonly {
      readonly name: string;
      readonly type: string;
      readonly description: string;
    }[];
  }[];
}

/** The folder's name says the day, then what is in it: the same build and tables are the same folder. */
function buildSetName({ set, runId }: PublishJob, tables: readonly PublishTable[]): string {
  const content = JSON.stringify([set.buildId === '' ? runId : set.buildId, tables]);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return `${set.asOf ?? 'build'}-${digest}`;
}

function readManifest(folder: string): ParquetManifest | null {
  const file = path.join(folder, MANIFEST);
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as ParquetManifest) : null;
}

/** @throws TenureError PUBLISH_PLACE_FOREIGN where something else has a name that is needed */
function assertPlaces(folder: string, target: string): void {
  const latest = path.join(folder, LATEST);
  const found = fs.lstatSync(latest, { throwIfNoEntry: false });
  if (found !== undefined && !found.isSymbolicLink())
    throw new TenureError('PUBLISH_PLACE_FOREIGN', { path: latest });
  if (fs.existsSync(target) && readManifest(target) === null)
    throw new TenureError('PUBLISH_PLACE_FOREIGN', { path: target });
}

/** Lets `latest` name a folder: a link made beside and renamed, so that it names one set or the other at any moment. */
function switchLatest(folder: string, name: string): void {
  const beside = path.join(folder, `.${LATEST}-${process.pid}`);
  fs.rmSync(beside, { force: true });
  fs.symlinkSync(name, beside);
  fs.renameSync(beside, path.join(folder, LATEST));
}

async function writeFiles(
  job: PublishJob,
  tables: readonly PublishTable[],
  place: { readonly part: string; readonly changeOf: (table: PublishTable) => TableChange },
): Promise<readonly PublishedTable[]> {
  const results = await runTables(job, tables, async (table) => {
    const { schema, name } = table;
    const file = path.join(place.part, schema, `${name}.parquet`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const scratchPath = path.join(job.scratchFolder, 'rows');
    const rows = await writeParquet(table, { from: job.from, file, scratchPath });
    return { schema, name, rows, change: place.changeOf(table) };
  });
  const rowsOf = new Map(results.map((result) => [renderName(result), result.rows]));
  const manifest: ParquetManifest = {
    format: 'tenure-parquet-1',
    build_id: job.set.buildId,
    as_of: job.set.asOf,
    published_at: renderMoment(job),
    tables: tables.map((table) => ({
      schema: table.schema,
      name: table.name,
      file: `${table.schema}/${table.name}.parquet`,
      description: table.description,
      rows: rowsOf.get(renderName(table)) ?? 0,
      primary_key: table.keys[0] ?? [],
      columns: table.columns.map((column) => ({
        name: column.name,
        type: buildColumnTarget(column, job.from.profile.kind, 'duckdb').type,
        description: table.descriptions[column.name] ?? '',
      })),
    })),
  };
  fs.writeFileSync(path.join(place.part, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return results;
}

/**
 * Publishes a folder of Parquet files, one per table, with a manifest: written beside and renamed into place, then `latest` is
 * switched to it in one step. Folders of earlier builds stay.
 *
 * @throws TenureError PUBLISH_PLACE_FOREIGN
 */
export async function publishParquet(job: PublishJob, folder: string): Promise<PublishReport> {
  const start = job.clock.now();
  const tables = await describeTables(job.from, job.set);
  const setName = buildSetName(job, tables);
  const target = path.join(folder, setName);
  assertPlaces(folder, target);
  const before = new Set(readManifest(path.join(folder, LATEST))?.tables.map(renderName));
  const report = (results: readonly PublishedTable[]) => {
    const names = new Set(tables.map(renderName));
    const dropped = [...before].filter((name) => !names.has(name));
    return buildReport(job, { to: 'parquet', place: target, tables: results, dropped, start });
  };
  const standing = readManifest(target);
  if (standing !== null) {
    switchLatest(folder, setName);
    return report(
      standing.tables.map(({ schema, name, rows }) => ({
        schema,
        name,
        rows,
        seconds: 0,
        change: 'unchanged',
      })),
    );
  }
  return withPart(target, async (part) => {
    const changeOf = (table: PublishTable) => (before.has(renderName(table)) ? 'replaced' : 'new');
    fs.mkdirSync(part);
    const results = await writeFiles(job, tables, { part, changeOf });
    replaceFile(part, target);
    switchLatest(folder, setName);
    return report(results);
  });
}
