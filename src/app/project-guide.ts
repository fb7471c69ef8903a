import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../base/index.ts';
import { buildDocsEntries, type DocsEntry, didYouMean, type Manifest } from '../runner/index.ts';
import type { TenureContext } from './context.ts';
import { readFileStamp } from './storage/file-stamp.ts';

/** How a test or a model ended in the last build: `pass`, `fail`, `warn`, `success`, `error`, `skipped`. */
export interface NodeOutcome {
  readonly status: string;
  readonly message: string | null;
}

/** What the last build left behind about its models: everything it read and made, and how their tests ended. */
export interface ProjectGuide {
  readonly entries: ReadonlyMap<string, DocsEntry>;
  /** By unique id, and by name. */
  readonly outcomes: ReadonlyMap<string, NodeOutcome>;
  /** When the build ended, ISO 8601 in UTC; null where nothing says so. */
  readonly finishedAt: string | null;
}

interface RunResults {
  readonly metadata: { readonly generated_at?: string };
  readonly results: readonly {
    readonly unique_id: string;
    readonly status: string;
    readonly message: string | null;
  }[];
}

function readJson<T>(file: string): T | null {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as T) : null;
}

/** A test's name stands in its id, before the hash. */
function readOutcomes(results: RunResults | null, manifest: Manifest): ReadonlyMap<string, NodeOutcome> {
  const outcomes = new Map<string, NodeOutcome>();
  for (const { unique_id, status, message } of results?.results ?? []) {
    const name = manifest.nodes[unique_id]?.name ?? manifest.unit_tests[unique_id]?.name ?? unique_id;
    outcomes.set(unique_id, { status, message });
    outcomes.set(name, { status, message });
  }
  return outcomes;
}

const known = new Map<string, { readonly stamp: string; readonly guide: ProjectGuide }>();

/**
 * Reads the artifacts of the last build, again only when they have changed.
 *
 * @throws TenureError WAREHOUSE_MISSING where nothing was built
 */
export function readProjectGuide({ workspace }: TenureContext): ProjectGuide {
  const { target } = workspace.files;
  const [file, run] = ['manifest.json', 'run_results.json'].map((name) => path.join(target, name)) as [
    string,
    string,
  ];
  const stamp = `${readFileStamp(file)} ${readFileStamp(run)}`;
  const found = known.get(target);
  if (found?.stamp === stamp) return found.guide;
  const manifest = readJson<Manifest>(file);
  if (manifest === null) throw new TenureError('WAREHOUSE_MISSING', { path: workspace.root });
  const results = readJson<RunResults>(run);
  const entries = buildDocsEntries(manifest, { nodes: {}, sources: {} }, {});
  const guide: ProjectGuide = {
    entries: new Map(entries.map((entry) => [entry.uniqueId, entry])),
    outcomes: readOutcomes(results, manifest),
    finishedAt: results?.metadata.generated_at ?? null,
  };
  known.set(target, { stamp, guide });
  return guide;
}

/**
 * A model, seed or source of the last build by its name.
 *
 * @throws TenureError NODE_UNKNOWN with the nearest name, WAREHOUSE_MISSING
 */
export function findGuideEntry({ entries }: ProjectGuide, name: string): DocsEntry {
  const found = [...entries.values()].find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = [...entries.values()].map((entry) => entry.name);
  throw new TenureError('NODE_UNKNOWN', { name, hint: didYouMean(name, names, '') });
}
