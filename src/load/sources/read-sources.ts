import fs from 'node:fs';
import { isTimezone, TenureError } from '../../base/index.ts';
import { type ContractTable, listTables, parseTable } from '../../contract/index.ts';
import {
  buildDefinitionError,
  type DefinitionProblem,
  didYouMean,
  parseDefinition,
  readDefinitionFile,
  type YamlFile,
} from '../../runner/index.ts';
import { findMappingProblem } from '../mapping.ts';
import { parseDuration } from './duration.ts';
import {
  type SourceKind,
  type SourceSettings,
  sourceKeys,
  sourcesForm,
  type TableEntry,
} from './sources-form.ts';

const PAGE = 'docs/sources.md';

/** One table of a source, on its way into a raw table. */
export interface SourceEntry extends Omit<TableEntry, 'table' | 'lag'> {
  readonly table: ContractTable;
  /** How the source and this entry are named in reports, in `_source` and in the store of cursors: `crm/public.accounts`. */
  readonly label: string;
  /** Microseconds for a cursor of times, plain steps for one of numbers; null when nothing is said. */
  readonly lag: { readonly unit: 'time' | 'number'; readonly value: bigint } | null;
  /** The error about one of its settings: file, line, value, what to do. */
  refuse(setting: string, problem: string, hint: string): TenureError;
}

/** A database to load from, as `sources.yml` describes it. */
export interface Source extends Omit<SourceSettings, 'tables'> {
  readonly name: string;
  readonly entries: readonly SourceEntry[];
}

/** Refuses connections written into the file, without repeating them. */
function checkSecrets(yaml: YamlFile): void {
  const sources = (yaml.value as { readonly sources?: unknown } | null)?.sources;
  if (typeof sources !== 'object' || sources === null) return;
  for (const [name, source] of Object.entries(sources)) {
    if (typeof source !== 'object' || source === null) continue;
    for (const [key, value] of Object.entries(source)) {
      const isSecret =
        /^(url|uri|dsn|connection.*|.*pass(word)?)$/i.test(key) || String(value).includes('://');
      if (!isSecret) continue;
      throw new TenureError('DEFINITION_INVALID', {
        file: yaml.file,
        line: yaml.lineOf(['sources', name, key]),
        problem: `sources.${name}.${key}: no address and no password belongs in this file`,
        hint: `Put the address into an environment variable and name that: url_env: ${name.toUpperCase()}_URL.`,
      });
    }
  }
}

/** ClickHouse has no transactions that tell changed rows, or who is still writing. */
function findClickhouseProblem({ mode, cursor, lag }: TableEntry): DefinitionProblem | undefined {
  if (mode === 'snapshot' || lag !== undefined) return undefined;
  if (cursor === undefined)
    return {
      path: ['mode'],
      problem: 'ClickHouse has no transactions to tell changed rows by',
      hint: 'Name a cursor and a lag.',
    };
  return {
    path: ['cursor'],
    problem: 'ClickHouse has no transactions that tell who is still writing',
    hint: 'Set a lag longer than rows take to arrive: lag: 1 hour.',
  };
}

function findEntryProblem(entry: TableEntry, kind: SourceKind): DefinitionProblem | undefined {
  const { from, query, mode, cursor, lag } = entry;
  const hint = `Correct it; ${PAGE} shows a whole file.`;
  if ((from === undefined) === (query === undefined))
    return { path: [], problem: 'needs either from (a table or view) or query', hint };
  const mapping = findMappingProblem(entry);
  if (mapping !== undefined) {
    const names = listTables().map((table) => `${table.schema}.${table.name}`);
    const fallback = 'docs/dictionary.md lists the tables and their columns.';
    return {
      ...mapping,
      hint: mapping.path.length === 1 ? didYouMean(entry.table, names, fallback) : fallback,
    };
  }
  if (mode === 'snapshot' && cursor !== undefined)
    return {
      path: ['cursor'],
      problem: 'is of no use to a snapshot',
      hint: 'Say mode: incremental, or leave it out.',
    };
  if (lag !== undefined && cursor === undefined)
    return { path: ['lag'], problem: 'says how far behind a cursor to read, and there is none', hint };
  if (mode === 'incremental' && cursor === undefined && query !== undefined)
    return {
      path: ['mode'],
      problem: 'a query needs a cursor to be read in part',
      hint: 'Name its column, or say mode: snapshot.',
    };
  return kind === 'clickhouse' ? findClickhouseProblem(entry) : undefined;
}

function parseLag(lag: TableEntry['lag']): SourceEntry['lag'] {
  if (lag === undefined) return null;
  if (typeof lag === 'number') return { unit: 'number', value: BigInt(lag) };
  return { unit: 'time', value: parseDuration(lag) ?? 0n };
}

function buildSource(yaml: YamlFile, name: string, settings: SourceSettings): Source {
  const labels = new Set<string>();
  const entries = settings.tables.map((entry, index) => {
    const place = ['sources', name, 'tables', index];
    const refuseAt = (found: DefinitionProblem) =>
      buildDefinitionError(yaml, { ...found, path: [...place, ...found.path] });
    const found = findEntryProblem(entry, settings.kind);
    if (found !== undefined) throw refuseAt(found);
    const label = `${name}/${entry.name ?? entry.from ?? entry.table}`;
    if (labels.has(label)) {
      const hint = 'Give one of the two a name of its own: name: eu_accounts.';
      throw refuseAt({ path: [], problem: `two entries are called ${label}`, hint });
    }
    labels.add(label);
    return {
      ...entry,
      table: parseTable(entry.table) as ContractTable,
      label,
      lag: parseLag(entry.lag),
      refuse: (setting: string, problem: string, hint: string) =>
        refuseAt({ path: [setting], problem, hint }),
    };
  });
  return { ...settings, name, entries };
}

/**
 * Reads `sources.yml`: the databases that can be loaded from, in the order of the file.
 *
 * @throws TenureError SOURCES_MISSING, DEFINITION_INVALID naming file, line, value and what to do
 *
 * @example
 * readSources('sources.yml').map((source) => `${source.name}: ${source.kind}`); // ['crm: postgres']
 */
export function readSources(file: string): readonly Source[] {
  if (!fs.existsSync(file)) throw new TenureError('SOURCES_MISSING', { path: file });
  const yaml = readDefinitionFile(file);
  checkSecrets(yaml);
  const { sources } = parseDefinition(yaml, { schema: sourcesForm, keys: sourceKeys, page: PAGE });
  for (const [name, { timezone }] of Object.entries(sources)) {
    if (isTimezone(timezone)) continue;
    const problem = 'is no IANA time zone';
    const hint = 'Write it like Europe/Berlin.';
    throw buildDefinitionError(yaml, { path: ['sources', name, 'timezone'], problem, hint });
  }
  return Object.entries(sources).map(([name, settings]) => buildSource(yaml, name, settings));
}

/**
 * The source of a name, or the only one of a kind.
 *
 * @throws TenureError SOURCE_UNKNOWN
 */
export function findSource(
  sources: readonly Source[],
  wanted: { readonly name?: string | undefined; readonly kind?: string | undefined },
): Source {
  const fitting = sources.filter(
    ({ name, kind }) => (wanted.name ?? name) === name && (wanted.kind ?? kind) === kind,
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const names = sources.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  const asked = [wanted.name, wanted.kind === undefined ? undefined : `of the kind ${wanted.kind}`];
  throw new TenureError('SOURCE_UNKNOWN', {
    asked: asked.filter(Boolean).join(' ') || 'without a name',
    names,
  });
}
