import fs from 'node:fs';
import path from 'node:path';
import { addDays, TenureError } from '../base/index.ts';
import {
  type Dashboard,
  type DashboardWorld,
  findTile,
  type PageState,
  RANGES,
  readDashboard,
  type Tile,
  type TileAnswer,
} from '../dashboards/index.ts';
import type { Engine } from '../engines/index.ts';
import { buildPeriods, fetchCoverage, fetchDimensionValues, findMetric } from '../metrics/index.ts';
import { answerTiles, type TileDesk } from './answer-tiles.ts';
import type { TenureContext } from './context.ts';
import { readMetricCatalogue, readWorkspaceTargets } from './definition-files.ts';
import { listMetricDimensions } from './metrics.ts';
import { readWarehouse } from './query.ts';
import { readFileStamp } from './storage/file-stamp.ts';
import { PACKAGE_ROOT, type Workspace } from './workspace.ts';

/** A dashboard in the list. */
export type DashboardEntry = Pick<Dashboard, 'name' | 'title' | 'purpose' | 'order'>;

/** A dashboard with its figures. */
export interface DashboardAnswer {
  readonly dashboard: Dashboard;
  /** The day that is looked at. */
  readonly asOf: string;
  /** The last day there is. */
  readonly lastDay: string;
  readonly tiles: readonly TileAnswer[];
  /** Dimension → values to choose from. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
}

/** Dashboards: the package's, and those of `dashboards/*.yml` in the workspace. */
export interface DashboardVerbs {
  /** @throws TenureError DEFINITION_INVALID, WAREHOUSE_MISSING */
  list(): Promise<readonly DashboardEntry[]>;
  /** @throws TenureError DASHBOARD_UNKNOWN, DEFINITION_INVALID, WAREHOUSE_MISSING */
  find(name: string): Promise<Dashboard>;
  /**
   * The figures of a dashboard, all of one warehouse.
   *
   * @param tile only this one
   * @throws TenureError DASHBOARD_UNKNOWN, TILE_UNKNOWN, DEFINITION_INVALID, PAGE_ADDRESS_INVALID, WAREHOUSE_MISSING
   */
  show(name: string, state: PageState, tile?: string): Promise<DashboardAnswer>;
  /**
   * A metric of the company over the range of a page, as a tile.
   *
   * @throws TenureError METRIC_UNKNOWN, WAREHOUSE_MISSING
   */
  showMetric(metric: string, state: PageState): Promise<TileAnswer>;
}

function listFiles({ root, kind }: Workspace): readonly string[] {
  const folders = [PACKAGE_ROOT, ...(kind === 'own' ? [root] : [])].map((folder) =>
    path.join(folder, 'dashboards'),
  );
  return folders.flatMap((folder) =>
    fs.existsSync(folder)
      ? fs
          .readdirSync(folder)
          .filter((file) => file.endsWith('.yml'))
          .sort()
          .map((file) => path.join(folder, file))
      : [],
  );
}

const worlds = new WeakMap<Engine, Promise<DashboardWorld>>();

function fetchWorld(engine: Engine): Promise<DashboardWorld> {
  const known = worlds.get(engine);
  if (known !== undefined) return known;
  const world = engine.listRelations().then((relations) => ({
    listDimensions: listMetricDimensions,
    models: new Set(relations.map(({ name }) => name)),
  }));
  if (engine.isFrozen) worlds.set(engine, world);
  return world;
}

const files = new Map<
  string,
  { readonly key: string; readonly world: DashboardWorld; readonly dashboard: Dashboard }
>();

/** Reads a file again only when it has changed, or what it is checked against. */
function readKnown(file: string, world: DashboardWorld): Dashboard {
  const key = readFileStamp(file) ?? '';
  const known = files.get(file);
  if (known?.key === key && known.world === world) return known.dashboard;
  const dashboard = readDashboard(file, world);
  files.set(file, { key, world, dashboard });
  return dashboard;
}

/** All dashboards in their order; a workspace's own takes the place of the package's of the same name. */
export async function readDashboards(workspace: Workspace, engine: Engine): Promise<readonly Dashboard[]> {
  const world = await fetchWorld(engine);
  const byName = new Map(
    listFiles(workspace).map((file) => {
      const dashboard = readKnown(file, world);
      return [dashboard.name, dashboard] as const;
    }),
  );
  return [...byName.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
}

async function findDashboard(workspace: Workspace, engine: Engine, name: string): Promise<Dashboard> {
  const dashboards = await readDashboards(workspace, engine);
  const found = dashboards.find((dashboard) => dashboard.name === name);
  if (found !== undefined) return found;
  throw new TenureError('DASHBOARD_UNKNOWN', { name, names: dashboards.map((one) => one.name).join(', ') });
}

function pickTiles(dashboard: Dashboard, name: string | undefined): readonly Tile[] {
  if (name === undefined) return dashboard.tiles;
  const tile = findTile(dashboard, name);
  if (tile !== undefined) return [tile];
  const names = dashboard.tiles.map((one) => one.name).join(', ');
  throw new TenureError('TILE_UNKNOWN', { dashboard: dashboard.name, name, names });
}

async function buildDesk(
  context: TenureContext,
  engine: Engine,
  state: PageState,
): Promise<TileDesk & { readonly lastDay: string }> {
  const catalogue = readMetricCatalogue();
  const { asOf: lastDay } = await fetchCoverage(engine, catalogue);
  if (state.asOf !== null && state.asOf > lastDay)
    throw new TenureError('PAGE_ADDRESS_INVALID', { problem: `nothing after ${lastDay} is known` });
  const asOf = state.asOf ?? lastDay;
  const readDays = (range: string | undefined) => {
    const { from, to } = buildPeriods({ range: range ?? RANGES[state.range].range, asOf });
    return { from, to, last: addDays(to, -1) };
  };
  return { engine, catalogue, state, lastDay, readDays, targets: readWorkspaceTargets(context.workspace) };
}

function buildMetricTile(metric: string, title: string): Tile {
  const ask = {
    metrics: [metric],
    by: [],
    keys: [],
    every: 'auto' as const,
    filters: [],
    order: [],
    limit: 500,
    compare: true,
  };
  return { name: 'trend', title, chart: 'line', span: 12, ask };
}

/** Opens the verbs of dashboards. */
export function buildDashboardVerbs(context: TenureContext): DashboardVerbs {
  const { workspace } = context;
  return Object.freeze({
    list: () => readWarehouse(context, (engine) => readDashboards(workspace, engine)),
    find: (name: string) => readWarehouse(context, (engine) => findDashboard(workspace, engine, name)),
    showMetric: (metric: string, state: PageState) =>
      readWarehouse(context, async (engine) => {
        const { label } = findMetric(readMetricCatalogue(), metric);
        const [answer] = await answerTiles(await buildDesk(context, engine, state), [
          buildMetricTile(metric, label),
        ]);
        if (answer === undefined) throw new TenureError('METRIC_UNKNOWN', { name: metric, hint: '' });
        return answer;
      }),
    show: (name: string, state: PageState, tile?: string) =>
      readWarehouse(context, async (engine) => {
        const dashboard = await findDashboard(workspace, engine, name);
        const tiles = pickTiles(dashboard, tile);
        const desk = await buildDesk(context, engine, state);
        const choices = new Map<string, readonly string[]>();
        for (const dimension of dashboard.filters)
          choices.set(dimension, await fetchDimensionValues(engine, desk.catalogue, dimension));
        const answers = await answerTiles(desk, tiles);
        return {
          dashboard,
          asOf: state.asOf ?? desk.lastDay,
          lastDay: desk.lastDay,
          tiles: answers,
          choices,
        };
      }),
  });
}
