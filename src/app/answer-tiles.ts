import { addDays, errorText, TenureError } from '../base/index.ts';
import {
  compileModel,
  type PageDays,
  type PageState,
  planAsk,
  RANGES,
  shareQuestions,
  type Tile,
  type TileAnswer,
  type TileAsk,
  type TileColumn,
  type TileModel,
  type TileQuestion,
} from '../dashboards/index.ts';
import type { Engine, Value } from '../engines/index.ts';
import {
  type Catalogue,
  fetchModelGap,
  findMetric,
  type MetricAnswer,
  runMetricQuery,
  type Target,
} from '../metrics/index.ts';
import { fetchSurvival } from '../scoring/index.ts';
import { listMetricDimensions } from './metrics.ts';

/** What tiles are answered with. */
export interface TileDesk {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly state: PageState;
  readonly targets: readonly Target[];
  /** The days of a range; of the page's without one. */
  readDays(range: string | undefined): PageDays;
}

type Missing = NonNullable<TileAnswer['missing']>;
type Asked = { readonly answer: MetricAnswer } | { readonly missing: Missing };

const EMPTY = {
  isPartial: false,
  comparedWith: null,
  targets: {},
  ignored: [],
  warnings: [],
  missing: null,
  receipt: null,
  survival: null,
} as const;

const NOTHING: Missing = {
  reason: 'There are no rows for this day and these filters.',
  fix: 'Take a filter away, or choose another day.',
};

/** Failures of the question itself; others are those of the warehouse or ours. */
const OF_THE_QUESTION: readonly string[] = [
  'METRIC_QUERY_INVALID',
  'METRIC_UNKNOWN',
  'SURVIVAL_IMPOSSIBLE',
  'SURVIVAL_COLUMN_UNKNOWN',
];

function explainFailure(error: unknown): Missing {
  if (error instanceof TenureError && OF_THE_QUESTION.includes(error.code))
    return {
      reason: `${String(error.details['problem'] ?? errorText(error))}.`.replace(/\.\.$/, '.'),
      fix: 'Take a filter away or choose a single value.',
    };
  throw error;
}

async function askOne(desk: TileDesk, question: TileQuestion): Promise<Asked> {
  try {
    return { answer: await runMetricQuery(desk.engine, desk.catalogue, question) };
  } catch (error) {
    return { missing: explainFailure(error) };
  }
}

/** Asks what the numbers of a page share once; where that cannot be answered, each for itself. */
async function askAll(
  desk: TileDesk,
  planned: ReadonlyMap<string, TileQuestion>,
  numbers: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Asked>> {
  const answers = new Map<string, Asked>();
  for (const { question, tiles } of shareQuestions(planned, (tile) => numbers.has(tile))) {
    const asked = await askOne(desk, question);
    const isShared = tiles.length > 1 && 'missing' in asked;
    for (const tile of tiles) {
      const own = planned.get(tile);
      answers.set(tile, isShared && own !== undefined ? await askOne(desk, own) : asked);
    }
  }
  return answers;
}

function capitalise(name: string): string {
  const text = name.replaceAll('_', ' ').replace(/\bcsm\b/, 'CSM');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const DIMENSION_LABELS: Readonly<Record<string, string>> = {
  csm_name: 'CSM',
  owner_name: 'Owner',
  channel_name: 'Channel',
  customer_name: 'Customer',
};

/** What a dimension is called. */
export function labelDimension(name: string): string {
  return DIMENSION_LABELS[name] ?? capitalise(name.replace(/_name$/, ''));
}

function listAskColumns(desk: TileDesk, ask: TileAsk, question: TileQuestion): readonly TileColumn[] {
  const dimension = (name: string, role: TileColumn['role']): TileColumn => ({
    name,
    label: labelDimension(name),
    unit: 'text',
    role,
    goodDirection: 'none',
    metric: null,
    unknown: null,
    comparison: null,
  });
  const { granularity } = question.time;
  const time: TileColumn[] =
    granularity === undefined
      ? []
      : [
          {
            ...dimension('period', 'dimension'),
            label: capitalise(granularity),
            unit: granularity === 'month' ? 'month' : 'day',
          },
        ];
  const [comparison] = question.compare;
  return [
    ...time,
    ...ask.by.map((name) => dimension(name, 'dimension')),
    ...ask.keys.map((name) => dimension(name, 'hidden')),
    ...ask.metrics.map((name): TileColumn => {
      const metric = findMetric(desk.catalogue, name);
      return {
        name,
        label: metric.label,
        unit: metric.is_multiple === true ? 'multiple' : metric.unit,
        role: 'measure',
        goodDirection: metric.good_direction,
        metric: `${metric.domain.domain}.${metric.name}`,
        unknown: null,
        comparison:
          comparison === undefined
            ? null
            : {
                before: `${name}__${comparison}`,
                change: `${name}__${comparison}_change`,
                pct: `${name}__${comparison}_pct`,
              },
      };
    }),
  ];
}

function sortByValues(rows: TileAnswer['rows'], { by, values }: TileAsk): TileAnswer['rows'] {
  const [first] = by;
  if (values === undefined || first === undefined) return rows;
  const place = (row: TileAnswer['rows'][number]): number => {
    const at = values.indexOf(String(row[first]));
    return at === -1 ? values.length : at;
  };
  return [...rows].sort((a, b) => place(a) - place(b));
}

function describeComparison(state: PageState, ask: TileAsk): string {
  if (state.compare === 'previous_year') return 'a year before';
  const words = ask.range ?? RANGES[state.range].range;
  return `${words.replace(/^last /, '')} before`;
}

function explainMissing(ask: TileAsk, { rows, unavailable, warnings }: MetricAnswer): Missing | null {
  if (ask.metrics.some((name) => rows.some((row) => row[name] !== null && row[name] !== undefined)))
    return null;
  const [first] = unavailable.filter(({ metric }) => ask.metrics.includes(metric));
  if (first !== undefined) return { reason: `${first.reason}.`, fix: first.how };
  if (rows.length === 0) return NOTHING;
  const [warning] = warnings;
  return {
    reason: warning ?? 'It has no value on this day, with these filters.',
    fix: 'Choose another day or other filters.',
  };
}

function buildAskAnswer(
  desk: TileDesk,
  { tile, ask }: { readonly tile: Tile; readonly ask: TileAsk },
  asked: Asked,
): TileAnswer {
  const { question, ignored } = planAsk(tile, ask, {
    state: desk.state,
    listDimensions: listMetricDimensions,
  });
  const columns = listAskColumns(desk, ask, question);
  if ('missing' in asked) return { ...EMPTY, tile, columns, rows: [], ignored, missing: asked.missing };
  const { answer } = asked;
  const goals = desk.targets.filter(({ domain, metric }) =>
    columns.some((column) => column.metric === `${domain}.${metric}`),
  );
  const [comparison] = question.compare;
  return {
    ...EMPTY,
    tile,
    columns,
    rows: sortByValues(answer.rows, ask),
    isPartial: question.time.granularity !== undefined && answer.periods.at(-1)?.isPartial === true,
    comparedWith: comparison === undefined ? null : describeComparison(desk.state, ask),
    targets: Object.fromEntries(goals.map(({ domain, metric, value }) => [`${domain}.${metric}`, value])),
    ignored,
    warnings: answer.warnings,
    missing: explainMissing(ask, answer),
    receipt: {
      sql: answer.sql,
      parameters: answer.parameters,
      range: answer.range,
      watermarks: answer.watermarks,
      definitions: answer.definitions.filter(({ metric }) => ask.metrics.includes(metric)),
      query: question,
      model: null,
    },
  };
}

/** Whether the month of a row goes on after a day. */
function isOpen(month: Value | undefined, last: string): boolean {
  return typeof month === 'string' && month.slice(0, 7) === addDays(last, 1).slice(0, 7);
}

async function explainEmptyModel({ engine }: TileDesk, model: string): Promise<Missing> {
  const gap = await fetchModelGap(engine, model);
  return gap === null ? NOTHING : { reason: `${gap.reason}.`, fix: gap.how };
}

async function answerModel(desk: TileDesk, tile: Tile, model: TileModel): Promise<TileAnswer> {
  const days = desk.readDays(model.range);
  const { sql, parameters, ignored } = compileModel(model, desk.state, days);
  const rows = await desk.engine.query(sql, parameters);
  const isDated = model.day !== undefined || model.period !== undefined;
  return {
    ...EMPTY,
    tile,
    columns: model.columns.map(({ name, label, unit, good_direction, hidden, unknown = null }) => ({
      name,
      label,
      unit,
      role: hidden ? 'hidden' : ['text', 'day', 'month'].includes(unit) ? 'dimension' : 'measure',
      goodDirection: good_direction,
      metric: null,
      unknown,
      comparison: null,
    })),
    rows,
    isPartial: model.period !== undefined && isOpen(rows.at(-1)?.[model.period], days.last),
    ignored,
    warnings:
      isDated || desk.state.asOf === null
        ? []
        : ['This table is of the last day there is, whatever day is looked at.'],
    missing: rows.length === 0 ? await explainEmptyModel(desk, model.name) : null,
    receipt: {
      sql,
      parameters,
      range: isDated ? { from: days.from, to: days.to } : null,
      watermarks: {},
      definitions: [],
      query: null,
      model: model.name,
    },
  };
}

async function answerSurvival(desk: TileDesk, tile: Tile, by: string | undefined): Promise<TileAnswer> {
  const base = { ...EMPTY, tile, columns: [], rows: [], ignored: Object.keys(desk.state.filters) };
  try {
    const { groups } = await fetchSurvival(desk.engine, by === undefined ? {} : { by });
    return {
      ...base,
      survival: groups.map(({ value, customers, churned, median, steps }) => ({
        name: value ?? (by === undefined ? 'All customers' : 'unknown'),
        customers,
        events: churned,
        median: median.time,
        steps: steps.map(({ time, survival, interval, atRisk, censored }) => ({
          day: time,
          survival,
          low: interval?.low ?? survival,
          high: interval?.high ?? survival,
          atRisk,
          censored,
        })),
      })),
    };
  } catch (error) {
    return { ...base, missing: explainFailure(error) };
  }
}

/** Answers the tiles of a page, in their order, from one warehouse. */
export async function answerTiles(desk: TileDesk, tiles: readonly Tile[]): Promise<readonly TileAnswer[]> {
  const planned = new Map<string, TileQuestion>();
  for (const tile of tiles)
    if (tile.ask !== undefined)
      planned.set(
        tile.name,
        planAsk(tile, tile.ask, { state: desk.state, listDimensions: listMetricDimensions }).question,
      );
  const numbers = new Set(tiles.flatMap(({ name, chart }) => (chart === 'number' ? [name] : [])));
  const asked = await askAll(desk, planned, numbers);
  const answers: TileAnswer[] = [];
  for (const tile of tiles) {
    const own = asked.get(tile.name);
    if (tile.ask !== undefined && own !== undefined)
      answers.push(buildAskAnswer(desk, { tile, ask: tile.ask }, own));
    else if (tile.model !== undefined) answers.push(await answerModel(desk, tile, tile.model));
    else answers.push(await answerSurvival(desk, tile, tile.survival?.by));
  }
  return answers;
}
