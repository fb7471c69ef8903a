import {
  buildDefinitionError,
  didYouMean,
  parseDefinition,
  readDefinitionFile,
  type YamlFile,
} from '../runner/index.ts';
import { type Dashboard, dashboardSchema, type Tile } from './dashboard-definition.ts';
import type { ListDimensions } from './plan-tile.ts';

const FORM = {
  schema: dashboardSchema,
  keys: [
    ...[
      'name',
      'title',
      'purpose',
      'order',
      'filters',
      'range',
      'tiles',
      'chart',
      'span',
      'note',
      'drill',
      'ask',
      'model',
    ],
    ...[
      'survival',
      'metrics',
      'by',
      'keys',
      'every',
      'limit',
      'compare',
      'values',
      'columns',
      'where',
      'day',
      'period',
    ],
  ],
  page: 'docs/dashboards.md',
};

/** What dashboards are read against. */
export interface DashboardWorld {
  /** @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID */
  readonly listDimensions: ListDimensions;
  readonly models: ReadonlySet<string>;
}

type Path = readonly (string | number)[];

/** Column names in braces of a path. */
function listPlaceholders(drill: string): readonly string[] {
  return [...drill.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map((match) => match[1] ?? '');
}

function listTileNames(tile: Tile): readonly string[] {
  if (tile.ask !== undefined) return [...tile.ask.by, ...tile.ask.keys, ...tile.ask.metrics];
  return tile.model?.columns.map(({ name }) => name) ?? [];
}

function checkTile(
  yaml: YamlFile,
  tile: Tile,
  { place, world }: { readonly place: number; readonly world: DashboardWorld },
): void {
  const refuse = (path: Path, problem: string, hint: string) =>
    buildDefinitionError(yaml, { path: ['tiles', place, ...path], problem, hint });
  for (const [index, metric] of (tile.ask?.metrics ?? []).entries()) {
    let dimensions: readonly string[];
    try {
      dimensions = world.listDimensions(metric);
    } catch (error) {
      throw refuse(
        ['ask', 'metrics', index],
        'there is no such metric',
        (error as { fix?: string }).fix ?? '',
      );
    }
    for (const dimension of [...(tile.ask?.by ?? []), ...(tile.ask?.keys ?? [])]) {
      if (dimensions.includes(dimension)) continue;
      throw refuse(
        ['ask', 'by'],
        `${metric} has no dimension ${dimension}`,
        didYouMean(dimension, [...dimensions], `It has ${dimensions.join(', ')}.`),
      );
    }
  }
  if (tile.model !== undefined && !world.models.has(tile.model.name))
    throw refuse(
      ['model', 'name'],
      'there is no such model',
      didYouMean(tile.model.name, [...world.models], '`tenure docs` lists them.'),
    );
  for (const name of listPlaceholders(tile.drill ?? '')) {
    const names = listTileNames(tile);
    if (!names.includes(name))
      throw refuse(
        ['drill'],
        `no column ${name}`,
        didYouMean(name, [...names], `There are ${names.join(', ')}.`),
      );
  }
}

/**
 * Reads a dashboard's file and checks that what it names is there.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line, value and what to do
 */
export function readDashboard(file: string, world: DashboardWorld): Dashboard {
  const yaml = readDefinitionFile(file);
  const dashboard = parseDefinition(yaml, FORM);
  const seen = new Set<string>();
  for (const [place, tile] of dashboard.tiles.entries()) {
    if (seen.has(tile.name))
      throw buildDefinitionError(yaml, {
        path: ['tiles', place, 'name'],
        problem: 'there is a tile of that name already',
        hint: 'Give it another name.',
      });
    seen.add(tile.name);
    checkTile(yaml, tile, { place, world });
  }
  return dashboard;
}
