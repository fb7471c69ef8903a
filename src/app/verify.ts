import {
  buildCatalog,
  type Compiler,
  type FreshnessResult,
  type NodeResult,
  type RunSummary,
  renderCatalog,
  renderDocsSite,
  renderManifest,
  renderSources,
  runFreshness,
  runNodes,
  selectNodes,
} from '../runner/index.ts';
import { writeArtifact, writeArtifacts } from './artifacts.ts';
import { buildSelection } from './build.ts';
import type { TenureContext } from './context.ts';
import { openProject, type ProjectOptions } from './project.ts';

export interface TestRequest extends ProjectOptions {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onResult?: (result: NodeResult, done: number, total: number) => void;
}

/** Runs data tests and unit tests against the warehouse as it stands; changes nothing in it. */
export async function runTests(context: TenureContext, request: TestRequest = {}): Promise<RunSummary> {
  const compiler = openProject(context, request);
  const engine = await context.storage.open('warehouse');
  try {
    const summary = await runNodes({
      compiler,
      engine,
      selection: selectNodes(compiler.manifest, buildSelection(request)),
      clock: context.clock,
      kinds: 'test',
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      ...(request.onResult === undefined ? {} : { onResult: request.onResult }),
    });
    writeArtifacts(context, { compiler, summary });
    return summary;
  } finally {
    await engine.close();
  }
}

/** How old each source is, against the limits of the project. */
export async function checkFreshness(context: TenureContext): Promise<readonly FreshnessResult[]> {
  const compiler = openProject(context);
  const engine = await context.storage.open('warehouse');
  try {
    const results = await runFreshness({ compiler, engine, clock: context.clock });
    writeArtifact(context, 'sources.json', renderSources(results, compiler));
    return results;
  } finally {
    await engine.close();
  }
}

/** The files `writeDocs` wrote. */
export interface DocsReport {
  readonly site: string;
  readonly manifest: string;
  readonly catalog: string;
}

/** The SQL of every node that has any. */
function compileAll(compiler: Compiler): ReadonlyMap<string, string> {
  const nodes = Object.values(compiler.manifest.nodes).filter((node) => node.resource_type !== 'seed');
  return new Map(nodes.map((node) => [node.unique_id, compiler.compile(node.unique_id)]));
}

/** Writes dbt's manifest and catalog and the documentation as one page that needs no server. */
export async function writeDocs(context: TenureContext): Promise<DocsReport> {
  const compiler = openProject(context);
  const engine = await context.storage.open('warehouse');
  try {
    const catalog = await buildCatalog(engine, compiler.manifest, context.clock);
    return {
      site: writeArtifact(context, 'index.html', renderDocsSite(compiler.manifest, catalog, compiler)),
      manifest: writeArtifact(
        context,
        'manifest.json',
        renderManifest(compiler.manifest, compileAll(compiler)),
      ),
      catalog: writeArtifact(context, 'catalog.json', renderCatalog(catalog)),
    };
  } finally {
    await engine.close();
  }
}
