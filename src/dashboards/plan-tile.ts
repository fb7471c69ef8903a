import type { Dashboard, Tile, TileAsk } from './dashboard-definition.ts';
import { type PageState, RANGES } from './page-state.ts';

/** A question of a tile in the form of the metrics layer. */
export interface TileQuestion {
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  readonly time: {
    readonly range: string;
    readonly granularity?: 'day' | 'week' | 'month' | 'quarter';
    readonly asOf?: string;
  };
  readonly filters: readonly {
    readonly member: string;
    readonly operator: TileAsk['filters'][number]['operator'];
    readonly values: readonly (string | number | boolean)[];
  }[];
  readonly compare: readonly ('previous_range' | 'previous_year')[];
  readonly order: readonly (readonly [string, 'asc' | 'desc'])[];
  readonly limit: number;
}

/** A tile that asks the metrics layer, with the page's filters it cannot take. */
export interface PlannedAsk {
  readonly question: TileQuestion;
  readonly ignored: readonly string[];
}

/** Names the dimensions of a metric. */
export type ListDimensions = (metric: string) => readonly string[];

/** Charts in which a second line or figure stands for the comparison. */
const COMPARED: readonly Tile['chart'][] = ['number', 'line', 'bar', 'table'];

/** Puts a tile's own question and the page's state together. */
export function planAsk(
  tile: Tile,
  ask: TileAsk,
  page: { readonly state: PageState; readonly listDimensions: ListDimensions },
): PlannedAsk {
  const { state, listDimensions } = page;
  const has = (dimension: string) =>
    ask.metrics.every((metric) => listDimensions(metric).includes(dimension));
  const wanted = Object.entries(state.filters);
  const isCompared = ask.compare && COMPARED.includes(tile.chart);
  const every = ask.every === 'auto' ? RANGES[state.range].every : ask.every;
  return {
    question: {
      metrics: ask.metrics,
      dimensions: [...ask.by, ...ask.keys],
      time: {
        range: ask.range ?? RANGES[state.range].range,
        ...(every === undefined ? {} : { granularity: every }),
        ...(state.asOf === null ? {} : { asOf: state.asOf }),
      },
      filters: [
        ...ask.filters,
        ...wanted
          .filter(([dimension]) => has(dimension))
          .map(([member, values]) => ({ member, operator: 'equals' as const, values })),
      ],
      compare: isCompared && state.compare !== 'none' ? [state.compare] : [],
      order: ask.order,
      limit: ask.limit,
    },
    ignored: wanted.filter(([dimension]) => !has(dimension)).map(([dimension]) => dimension),
  };
}

/** Several tiles whose figures come from one question. */
export interface SharedQuestion {
  readonly question: TileQuestion;
  readonly tiles: readonly string[];
}

/**
 * Questions that differ only in their metrics, as one: the numbers of a dashboard are one question.
 *
 * @param canShare whether a tile may: what an answer warns of is said of all that share it
 */
export function shareQuestions(
  planned: ReadonlyMap<string, TileQuestion>,
  canShare: (tile: string) => boolean,
): readonly SharedQuestion[] {
  const groups = new Map<string, { question: TileQuestion; tiles: string[] }>();
  for (const [tile, question] of planned) {
    const { metrics, ...rest } = question;
    // A list of rows is ordered and cut by its own metrics.
    const isShared = canShare(tile) && rest.dimensions.length === 0;
    const key = isShared ? JSON.stringify(rest) : `tile ${tile}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { question, tiles: [tile] });
    else {
      group.question = { ...group.question, metrics: [...new Set([...group.question.metrics, ...metrics])] };
      group.tiles.push(tile);
    }
  }
  return [...groups.values()];
}

/** The tile of that name. */
export function findTile(dashboard: Dashboard, name: string): Tile | undefined {
  return dashboard.tiles.find((tile) => tile.name === name);
}

/** Whether anything on a dashboard depends on a day or a range. */
export function hasTime(dashboard: Dashboard): boolean {
  return dashboard.tiles.some(
    ({ ask, model }) => ask !== undefined || model?.day !== undefined || model?.period !== undefined,
  );
}
