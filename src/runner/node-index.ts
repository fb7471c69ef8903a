import { TenureError } from '../base/index.ts';
import type { WrittenRef } from './drafts.ts';
import type { ManifestNode, ManifestSource } from './manifest.ts';
import { didYouMean } from './nearest-name.ts';
import { escapePattern, lineOf, type SourceText } from './source-text.ts';

/** Finds nodes by the names models use for them. */
export interface NodeIndex {
  ref(written: WrittenRef, from: SourceText): string;
  source(sourceName: string, tableName: string, from: SourceText): string;
}

interface Parts {
  readonly projectName: string;
  readonly nodes: readonly ManifestNode[];
  readonly sources: readonly ManifestSource[];
}

/** Builds the index. Its answers throw `REFERENCE_UNKNOWN` with file, line and the nearest name. */
export function buildNodeIndex({ projectName, nodes, sources }: Parts): NodeIndex {
  const referable = nodes.filter((node) => node.resource_type !== 'test');
  const enabled = new Map(
    referable.filter((node) => node.config.enabled).map((node) => [node.name, node.unique_id]),
  );
  const disabled = new Set(referable.filter((node) => !node.config.enabled).map((node) => node.name));
  const tables = new Map(sources.map((source) => [`${source.source_name}.${source.name}`, source]));
  return {
    ref: (written, from) => {
      const found = enabled.get(written.name);
      if (found !== undefined && (written.package === null || written.package === projectName)) return found;
      const line = lineOf(from, new RegExp(`ref\\s*\\([^)]*['"]${escapePattern(written.name)}['"]`));
      const isOtherPackage = written.package !== null && written.package !== projectName;
      const problem = isOtherPackage
        ? `a model of the package ${written.package}, and packages are not supported`
        : disabled.has(written.name)
          ? 'a model that is disabled'
          : 'no model or seed of this project';
      const fallback = 'Add the model, or correct the name.';
      throw new TenureError('REFERENCE_UNKNOWN', {
        file: from.file,
        line,
        reference: `ref('${written.name}')`,
        problem,
        hint: disabled.has(written.name)
          ? 'Enable it, or take the reference away.'
          : didYouMean(written.name, enabled.keys(), fallback),
      });
    },
    source: (sourceName, tableName, from) => {
      const name = `${sourceName}.${tableName}`;
      const found = tables.get(name);
      if (found?.config.enabled) return found.unique_id;
      const line = lineOf(from, new RegExp(`source\\s*\\([^)]*['"]${escapePattern(tableName)}['"]`));
      const near = didYouMean(name, tables.keys(), 'Describe the table under sources: in a properties file.');
      throw new TenureError('REFERENCE_UNKNOWN', {
        file: from.file,
        line,
        reference: `source('${sourceName}', '${tableName}')`,
        problem: found === undefined ? 'no table of the described sources' : 'a table that is disabled',
        hint: found === undefined ? near : 'Enable it, or take the reference away.',
      });
    },
  };
}
