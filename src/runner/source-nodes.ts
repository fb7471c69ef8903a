import { quoteRelation, TenureError } from '../base/index.ts';
import { buildColumns, mergeLabels, mergeMeta } from './columns.ts';
import { listTreeLayers } from './config-tree.ts';
import { renderDescription } from './descriptions.ts';
import type { ManifestSource, SourceFreshness } from './manifest.ts';
import { placeSchema } from './node-names.ts';
import { nameParts } from './project-files.ts';
import type { Entry } from './properties.ts';
import { type FreshnessYaml, freshnessSchema, type SourceYaml, type TableYaml } from './properties-schema.ts';
import { invalid, unsupported } from './source-text.ts';
import type { World } from './world.ts';
import { parseYamlValue, type YamlPath } from './yaml-file.ts';

/** A table of a source, and where it is written. */
export interface SourceDraft {
  readonly source: ManifestSource;
  readonly entry: Entry<SourceYaml>;
  readonly table: TableYaml;
  readonly tableIndex: number;
}

const SOURCE_SETTINGS = ['enabled', 'tags', 'meta', 'freshness', 'loaded_at_field'];

type Settings = Readonly<Record<string, unknown>>;

function ruleOf(
  rule:
    | { count?: number | null | undefined; period?: 'minute' | 'hour' | 'day' | null | undefined }
    | null
    | undefined,
  outer: SourceFreshness['warn_after'],
): SourceFreshness['warn_after'] {
  if (rule === null) return null;
  if (rule === undefined) return outer;
  const count = rule.count ?? outer?.count;
  const period = rule.period ?? outer?.period;
  return count === undefined || period === undefined ? null : { count, period };
}

/** A table's rule stands over its source's; `freshness: null` switches the check off. */
function mergeFreshness(outer: SourceFreshness | null, inner: FreshnessYaml): SourceFreshness | null {
  if (inner === undefined) return outer;
  if (inner === null) return null;
  return {
    warn_after: ruleOf(inner.warn_after, outer?.warn_after ?? null),
    error_after: ruleOf(inner.error_after, outer?.error_after ?? null),
    filter: inner.filter ?? outer?.filter ?? null,
  };
}

/** Settings written under `config` win over those written beside it. */
function settingsOf(
  entry: Entry<SourceYaml>,
  value: SourceYaml | TableYaml,
  path: readonly (string | number)[],
): Settings {
  const config = value.config ?? {};
  const place = (key: string) => ({
    file: entry.yaml.file,
    line: entry.yaml.lineOf([...path, 'config', key]),
  });
  const unknown = Object.keys(config).find((key) => !SOURCE_SETTINGS.includes(key));
  if (unknown !== undefined)
    throw unsupported(place(unknown), `the config ${unknown} of a source`, SOURCE_SETTINGS.join(', '));
  const inner = config['freshness'];
  const freshness =
    inner === undefined
      ? value.freshness
      : parseYamlValue(freshnessSchema, inner, {
          yaml: entry.yaml,
          path: [...path, 'config', 'freshness'],
          supported: 'warn_after, error_after, filter',
        });
  const enabled = config['enabled'];
  if (enabled !== undefined && typeof enabled !== 'boolean')
    throw invalid(place('enabled'), 'config enabled must be true or false');
  return {
    ...config,
    ...(freshness === undefined ? {} : { freshness }),
    loaded_at_field: config['loaded_at_field'] ?? value.loaded_at_field,
  };
}

/** The settings for a table from `dbt_project.yml`, its source and itself, the innermost last. */
function listSettings(world: World, table: TablePlace): Settings[] {
  const { entry } = table;
  const fqn = buildFqn(world, table);
  const tree = listTreeLayers(world.project.settings.sources, fqn, {
    yaml: world.project.yaml,
    key: 'sources',
  });
  return [
    ...tree.map((layer) => layer.values),
    settingsOf(entry, entry.value, entry.path),
    settingsOf(entry, table.value, table.path),
  ];
}

function buildFqn(world: World, { entry, value }: TablePlace): string[] {
  return [world.project.name, ...nameParts(entry.file.innerPath).slice(0, -1), entry.value.name, value.name];
}

function assertOwnDatabase(world: World, entry: Entry<SourceYaml>): void {
  const { database } = entry.value;
  if (!database || database === world.options.target.database) return;
  const place = { file: entry.yaml.file, line: entry.yaml.lineOf([...entry.path, 'database']) };
  throw unsupported(
    place,
    `a source in another database (${database})`,
    'sources in the database of the target',
  );
}

function listFreshness(settings: readonly Settings[]): SourceFreshness | null {
  const merged = settings.reduce<SourceFreshness | null>(
    (outer, layer) =>
      'freshness' in layer ? mergeFreshness(outer, layer['freshness'] as FreshnessYaml) : outer,
    null,
  );
  return merged?.warn_after || merged?.error_after ? merged : null;
}

interface TablePlace {
  readonly entry: Entry<SourceYaml>;
  readonly value: TableYaml;
  readonly path: YamlPath;
}

function buildSource(world: World, table: TablePlace): ManifestSource {
  const { entry, value } = table;
  const source = entry.value;
  assertOwnDatabase(world, entry);
  const settings = listSettings(world, table);
  const last = (key: string): unknown => settings.findLast((layer) => layer[key] !== undefined)?.[key];
  const tags = [
    ...new Set([
      ...settings.flatMap((config) => mergeLabels({ config })),
      ...mergeLabels(source),
      ...mergeLabels(value),
    ]),
  ];
  const meta = { ...mergeMeta(source), ...mergeMeta(value) };
  const loadedAt = last('loaded_at_field');
  const identifier = value.identifier ?? value.name;
  const schema = placeSchema(world, source.schema ?? source.name);
  const place = { file: entry.yaml.file, line: entry.yaml.lineOf(table.path) };
  const describe = (text: string | null | undefined): string => renderDescription(world, text, place);
  return {
    unique_id: `source.${world.project.name}.${source.name}.${value.name}`,
    resource_type: 'source',
    package_name: world.project.name,
    source_name: source.name,
    source_description: describe(source.description),
    name: value.name,
    identifier,
    database: world.options.target.database,
    schema,
    path: entry.file.originalPath,
    original_file_path: entry.file.originalPath,
    fqn: buildFqn(world, table),
    tags,
    meta,
    description: describe(value.description),
    columns: buildColumns(value.columns, describe),
    loaded_at_field: typeof loadedAt === 'string' ? loadedAt : null,
    freshness: listFreshness(settings),
    config: { enabled: last('enabled') !== false, tags, meta },
    relation_name: quoteRelation(schema, identifier),
  };
}

/** Every table of every source. Throws `PROJECT_DUPLICATE` for one that is described twice. */
export function readSources(world: World): SourceDraft[] {
  const places = new Map<string, string>();
  return world.properties.sources.flatMap((entry) =>
    (entry.value.tables ?? []).map((table, tableIndex) => {
      const source = buildSource(world, { entry, value: table, path: [...entry.path, 'tables', tableIndex] });
      const place = `${entry.yaml.file}:${entry.yaml.lineOf([...entry.path, 'tables', tableIndex])}`;
      const first = places.get(source.unique_id);
      if (first !== undefined) {
        throw new TenureError('PROJECT_DUPLICATE', {
          name: `The source ${source.source_name}.${source.name}`,
          first,
          second: place,
        });
      }
      places.set(source.unique_id, place);
      return { source, entry, table, tableIndex };
    }),
  );
}
