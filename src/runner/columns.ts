import type { NodeColumn } from './manifest.ts';
import type { ColumnYaml } from './properties-schema.ts';
import { isRecord } from './template-values.ts';

/** Tags and meta stand beside `config` in older projects and inside it in newer ones: both count. */
export function mergeLabels(entry: {
  readonly tags?: string | readonly string[] | null | undefined;
  readonly config?: Readonly<Record<string, unknown>> | null | undefined;
}): string[] {
  const inner = entry.config?.['tags'];
  const lists = [
    entry.tags,
    typeof inner === 'string' || Array.isArray(inner) ? (inner as string | string[]) : null,
  ];
  return [
    ...new Set(
      lists.flatMap((list) =>
        list === null || list === undefined ? [] : typeof list === 'string' ? [list] : list,
      ),
    ),
  ];
}

export function mergeMeta(entry: {
  readonly meta?: Readonly<Record<string, unknown>> | null | undefined;
  readonly config?: Readonly<Record<string, unknown>> | null | undefined;
}): Record<string, unknown> {
  const inner = entry.config?.['meta'];
  return { ...entry.meta, ...(isRecord(inner) ? inner : {}) };
}

/** The columns of a node by name, their descriptions rendered by `describe`. */
export function buildColumns(
  columns: readonly ColumnYaml[] | null | undefined,
  describe: (text: string | null | undefined) => string,
): Record<string, NodeColumn> {
  const built: Record<string, NodeColumn> = {};
  for (const column of columns ?? []) {
    const tags = mergeLabels(column);
    const meta = mergeMeta(column);
    built[column.name] = {
      name: column.name,
      description: describe(column.description),
      meta,
      data_type: column.data_type ?? null,
      constraints: [],
      quote: column.quote ?? null,
      config: { ...column.config, meta, tags },
      tags,
    };
  }
  return built;
}
