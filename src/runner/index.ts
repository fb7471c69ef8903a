export { buildCatalog, renderCatalog } from './catalog.ts';
export { checkStyle, type StyleProblem } from './check-style.ts';
export type { Compiler } from './compiler.ts';
export {
  buildDefinitionError,
  type DefinitionProblem,
  type DefinitionSource,
  parseDefinition,
  readDefinitionFile,
} from './definition-file.ts';
export { buildDocsEntries, type DocsEntry } from './docs-entry.ts';
export { renderLineage as renderLineageDrawing } from './docs-lineage.ts';
export { renderDocsSite } from './docs-site.ts';
export { PAGE_STYLE } from './docs-style.ts';
export {
  type FreshnessResult,
  renderSources,
  runFreshness,
} from './freshness.ts';
export { buildLineage, type Lineage, renderLineage } from './lineage.ts';
export type * from './manifest.ts';
export { didYouMean } from './nearest-name.ts';
export { openCompiler } from './open-compiler.ts';
export { renderManifest } from './render-manifest.ts';
export { runNodes } from './run-nodes.ts';
export { renderRunResults } from './run-results.ts';
export type { NodeResult, NodeStatus, RunPause, RunSummary } from './run-types.ts';
export { type Selection, selectNodes } from './select-nodes.ts';
export type { CompilerMessage, CompilerOptions } from './world.ts';
export { parseYamlFile, parseYamlValue, type YamlFile } from './yaml-file.ts';
