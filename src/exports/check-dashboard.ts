import type { BundleContents, Report } from './bundle-contents.ts';
import type { CheckedDashboard } from './check-schemas.ts';

type Item = Exclude<CheckedDashboard['position'][string], string>;

/** Columns of a row. */
const WIDTH = 12;

function listItems({ position }: CheckedDashboard): readonly (readonly [string, Item])[] {
  return Object.entries(position).flatMap(([key, item]) =>
    typeof item === 'string' ? [] : [[key, item] as const],
  );
}

/** Everything that hangs on the root. */
function listReached(items: ReadonlyMap<string, Item>): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (id: string): void => {
    if (reached.has(id)) return;
    reached.add(id);
    for (const child of items.get(id)?.children ?? []) visit(child);
  };
  visit('ROOT_ID');
  return reached;
}

function checkParents(items: ReadonlyMap<string, Item>, report: Report): void {
  for (const [id, item] of items)
    for (const child of item.children ?? []) {
      const { parents } = items.get(child) ?? {};
      if (parents !== undefined && parents.at(-1) !== id)
        report('layout-parents', `position.${child}.parents`, `it hangs on ${id}`);
    }
}

function checkLayout(dashboard: CheckedDashboard, report: Report): void {
  const items = new Map(listItems(dashboard));
  if (dashboard.position['DASHBOARD_VERSION_KEY'] !== 'v2')
    report('layout-version', 'position.DASHBOARD_VERSION_KEY', 'v2 is the form there is');
  for (const id of ['ROOT_ID', 'GRID_ID', 'HEADER_ID'])
    if (!items.has(id)) report('layout-root', 'position', `${id} is not there`);
  const reached = listReached(items);
  for (const [key, { id, type, children, meta }] of items) {
    const path = `position.${key}`;
    if (id !== key) report('layout-id', `${path}.id`, `${id} stands under ${key}`);
    for (const child of children ?? [])
      if (!items.has(child)) report('layout-children', `${path}.children`, `there is no ${child}`);
    if (!reached.has(key) && type !== 'HEADER') report('layout-orphan', path, 'it hangs on nothing');
    if (type === 'CHART' && !Number.isInteger(meta?.['chartId']))
      report('layout-chart', `${path}.meta`, 'a chart needs a number of its own');
    const width = (children ?? []).reduce(
      (sum, child) => sum + Number(items.get(child)?.meta?.['width'] ?? 0),
      0,
    );
    if (type === 'ROW' && width > WIDTH)
      report('layout-width', path, `its parts are ${width} columns wide, of ${WIDTH}`);
  }
  checkParents(items, report);
}

function checkCharts(
  dashboard: CheckedDashboard,
  contents: BundleContents,
  report: Report,
): ReadonlySet<number> {
  const known = new Set([...contents.charts.values()].map(({ uuid }) => uuid));
  const ids = new Set<number>();
  for (const [key, { type, meta }] of listItems(dashboard)) {
    if (type !== 'CHART') continue;
    const [uuid, id] = [String(meta?.['uuid']), Number(meta?.['chartId'])];
    if (!known.has(uuid))
      report('chart-reference', `position.${key}.meta.uuid`, `no chart of the bundle has ${uuid}`);
    if (ids.has(id))
      report('layout-chart', `position.${key}.meta.chartId`, `${id} stands for another chart too`);
    ids.add(id);
  }
  return ids;
}

function checkNativeFilters(
  dashboard: CheckedDashboard,
  { contents, ids }: { readonly contents: BundleContents; readonly ids: ReadonlySet<number> },
  report: Report,
): void {
  const datasets = new Map([...contents.datasets.values()].map((dataset) => [dataset.uuid, dataset]));
  const filters = dashboard.metadata.native_filter_configuration;
  if (!filters.some(({ filterType }) => filterType === 'filter_time'))
    report('native-time', 'metadata.native_filter_configuration', 'there is no filter of the time range');
  for (const [place, { filterType, targets, scope }] of filters.entries()) {
    const path = `metadata.native_filter_configuration.${place}`;
    for (const id of scope.excluded)
      if (!ids.has(id)) report('native-scope', `${path}.scope.excluded`, `no chart has the number ${id}`);
    if (filterType === 'filter_time') continue;
    for (const { datasetUuid, column } of targets) {
      const dataset = datasets.get(datasetUuid ?? '');
      if (dataset === undefined) report('native-dataset', `${path}.targets`, `no dataset has ${datasetUuid}`);
      else if (!dataset.columns.some(({ column_name }) => column_name === column?.name))
        report('native-column', `${path}.targets`, `${dataset.table_name} has no column ${column?.name}`);
    }
  }
}

export function checkDashboard(dashboard: CheckedDashboard, contents: BundleContents, report: Report): void {
  checkLayout(dashboard, report);
  const ids = checkCharts(dashboard, contents, report);
  checkNativeFilters(dashboard, { contents, ids }, report);
}
