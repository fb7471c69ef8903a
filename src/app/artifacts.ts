import fs from 'node:fs';
import path from 'node:path';
import { type Compiler, type RunSummary, renderManifest, renderRunResults } from '../runner/index.ts';
import type { TenureContext } from './context.ts';

/** What a run leaves in `target/` for other tools: dbt's own artifacts and the SQL of each node. */
export function writeArtifacts(
  context: TenureContext,
  run: { readonly compiler: Compiler; readonly summary: RunSummary },
): void {
  const { target } = context.workspace.files;
  const compiled = run.summary.results.flatMap(({ uniqueId, compiledCode }) =>
    compiledCode === null ? [] : [[uniqueId, compiledCode] as const],
  );
  const { renderPublished } = context.storage;
  const manifest = renderManifest(run.compiler.manifest, new Map(compiled));
  writeArtifact(context, 'manifest.json', renderPublished(manifest));
  writeArtifact(context, 'run_results.json', renderPublished(renderRunResults(run.summary, run.compiler)));
  for (const result of run.summary.results) {
    const node = run.compiler.manifest.nodes[result.uniqueId];
    if (node === undefined || result.compiledCode === null || node.resource_type !== 'model') continue;
    const file = path.join(target, 'compiled', node.package_name, node.original_file_path);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, renderPublished(result.compiledCode));
  }
}

/** Writes one file of `target/` whole or not at all. */
export function writeArtifact(context: TenureContext, name: string, text: string): string {
  const { target } = context.workspace.files;
  fs.mkdirSync(target, { recursive: true });
  const file = path.join(target, name);
  fs.writeFileSync(`${file}.part`, text);
  fs.renameSync(`${file}.part`, file);
  return file;
}
