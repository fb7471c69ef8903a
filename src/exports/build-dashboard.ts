import type { BuiltChart, DashboardCharts } from './build-charts.ts';
import type { BundleTarget } from './build-datasets.ts';
import {
  type LayoutItem,
  type NativeFilter,
  NO_TIME_RANGE,
  type SupersetDashboard,
  type SupersetDataset,
} from './superset-types.ts';
import { buildUuid } from './uuid.ts';

const WIDTH = 12;
const SPANS: Readonly<Record<string, number>> = { number: 3, table: 12 };
/** In steps of 8 pixels. */
const HEIGHTS: Readonly<Record<string, number>> = { number: 20, table: 50 };
const GRID = ['ROOT_ID', 'GRID_ID'] as const;

/** Charts in rows of at most twelve columns, in the order of the tiles. */
function splitRows(built: readonly BuiltChart[]): readonly (readonly BuiltChart[])[] {
  const rows: BuiltChart[][] = [];
  let room = 0;
  for (const chart of built) {
    const span = readSpan(chart);
    if (span > room) {
      rows.push([]);
      room = WIDTH;
    }
    rows.at(-1)?.push(chart);
    room -= span;
  }
  return rows;
}

function readSpan({ tile }: BuiltChart): number {
  return tile.span ?? SPANS[tile.chart] ?? 6;
}

function nameChart({ tile }: BuiltChart): string {
  return `CHART-${tile.name}`;
}

function buildChartItem(built: BuiltChart, row: string): LayoutItem {
  const { tile, chart, id } = built;
  return {
    id: nameChart(built),
    type: 'CHART',
    children: [],
    parents: [...GRID, row],
    meta: {
      chartId: id,
      uuid: chart.uuid,
      sliceName: chart.slice_name,
      width: readSpan(built),
      height: HEIGHTS[tile.chart] ?? 40,
    },
  };
}

/** What a reader of the dashboard has to know. */
function renderNotes({ dashboard, built, leftOut }: DashboardCharts): string {
  const latest = built.filter(({ tile, plan }) => tile.ask !== undefined && !plan.isTimed);
  const state = built.filter(({ tile, plan }) => tile.model !== undefined && !plan.isTimed);
  const names = (charts: readonly BuiltChart[]) => charts.map(({ tile }) => tile.title).join(', ');
  return [
    `**${dashboard.title}**: ${dashboard.purpose}`,
    ...(latest.length === 0 ? [] : [`Of the latest day, whatever range is chosen: ${names(latest)}.`]),
    ...(state.length === 0 ? [] : [`State of the last build, whatever range is chosen: ${names(state)}.`]),
    ...(leftOut.length === 0
      ? []
      : [`Left out here: ${leftOut.map(({ title, reason }) => `${title} (${reason})`).join('; ')}.`]),
  ].join('\n\n');
}

function buildPosition(charts: DashboardCharts): SupersetDashboard['position'] {
  const rows = splitRows(charts.built).map((row, place) => ({ id: `ROW-${place + 1}`, row }));
  const note = 'ROW-notes';
  const buildRow = (id: string, children: readonly string[]): LayoutItem => ({
    id,
    type: 'ROW',
    children,
    parents: GRID,
    meta: { background: 'BACKGROUND_TRANSPARENT' },
  });
  const items: LayoutItem[] = [
    { id: 'ROOT_ID', type: 'ROOT', children: ['GRID_ID'] },
    { id: 'GRID_ID', type: 'GRID', children: [...rows.map(({ id }) => id), note], parents: ['ROOT_ID'] },
    { id: 'HEADER_ID', type: 'HEADER', meta: { text: charts.dashboard.title } },
    ...rows.flatMap(({ id, row }) => [
      buildRow(id, row.map(nameChart)),
      ...row.map((built) => buildChartItem(built, id)),
    ]),
    buildRow(note, ['MARKDOWN-notes']),
    {
      id: 'MARKDOWN-notes',
      type: 'MARKDOWN',
      children: [],
      parents: [...GRID, note],
      meta: { width: WIDTH, height: 20, code: renderNotes(charts) },
    },
  ];
  return { DASHBOARD_VERSION_KEY: 'v2', ...Object.fromEntries(items.map((item) => [item.id, item])) };
}

function buildTimeFilter(built: readonly BuiltChart[]): NativeFilter {
  return {
    id: 'NATIVE_FILTER-time',
    name: 'Time range',
    description: 'Series show the range; figures are those of its last day.',
    type: 'NATIVE_FILTER',
    filterType: 'filter_time',
    targets: [{}],
    defaultDataMask: {
      extraFormData: { time_range: NO_TIME_RANGE },
      filterState: { value: NO_TIME_RANGE },
    },
    controlValues: { enableEmptyFilter: false },
    cascadeParentIds: [],
    scope: { rootPath: ['ROOT_ID'], excluded: built.filter(({ plan }) => !plan.isTimed).map(({ id }) => id) },
  };
}

function buildSelectFilter(
  name: string,
  charts: DashboardCharts,
  options: { readonly datasets: readonly SupersetDataset[]; label(name: string): string },
): readonly NativeFilter[] {
  const taking = charts.built.filter(({ plan }) => plan.takes.includes(name));
  const dataset = options.datasets.find(({ table_name }) => table_name === taking[0]?.plan.dataset);
  if (dataset === undefined) return [];
  return [
    {
      id: `NATIVE_FILTER-${name}`,
      name: options.label(name),
      description: '',
      type: 'NATIVE_FILTER',
      filterType: 'filter_select',
      targets: [{ datasetUuid: dataset.uuid, column: { name } }],
      defaultDataMask: { extraFormData: {}, filterState: {}, ownState: {} },
      controlValues: {
        enableEmptyFilter: false,
        defaultToFirstItem: false,
        multiSelect: true,
        searchAllOptions: false,
        inverseSelection: false,
      },
      cascadeParentIds: [],
      scope: {
        rootPath: ['ROOT_ID'],
        excluded: charts.built.filter((built) => !taking.includes(built)).map(({ id }) => id),
      },
    },
  ];
}

/** A dashboard's file: its grid, its filters and the notes under them. */
export function buildDashboard(
  charts: DashboardCharts,
  target: BundleTarget,
  options: { readonly datasets: readonly SupersetDataset[]; label(name: string): string },
): SupersetDashboard {
  const { dashboard, built } = charts;
  return {
    dashboard_title: dashboard.title,
    description: dashboard.purpose,
    css: '',
    slug: `${target.name}-${dashboard.name}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    uuid: buildUuid(`${target.name}/dashboard/${dashboard.name}`),
    position: buildPosition(charts),
    metadata: {
      color_scheme: 'supersetColors',
      cross_filters_enabled: true,
      refresh_frequency: 0,
      timed_refresh_immune_slices: [],
      expanded_slices: {},
      native_filter_configuration: [
        buildTimeFilter(built),
        ...dashboard.filters.flatMap((name) => buildSelectFilter(name, charts, options)),
      ],
    },
    published: true,
    version: '1.0.0',
  };
}
