import type { Engine } from '../engines/index.ts';

/** What an alert rule can be about: a metric with a number, or a state with a text. */
export interface AlertMetric {
  /** `domain.name`. */
  readonly name: string;
  readonly kind: 'number' | 'state';
  readonly label: string;
  readonly unit: string;
  /** Of its definition; part of a firing's receipt. */
  readonly version: string;
  /** What the company's value is held against; null without a target. */
  readonly target: number | null;
  /** `schema.table` → how many trailing days a value looks at, null for any history. */
  readonly needs: Readonly<Record<string, number | null>>;
  /** What it can be followed by: `company`, an entity such as `customer`, dimensions. */
  readonly grains: readonly string[];
  /** Dimensions its rows can be filtered by. */
  readonly filters: readonly string[];
}

/** Which values are wanted; the range is half-open. */
export interface SeriesRequest {
  readonly grain: string;
  readonly range: { readonly from: string; readonly to: string };
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/** SQL with `$n` parameters that returns (entity_id, entity_name, metric_date, value), a row per entity and day. */
export interface SeriesSql {
  readonly sql: string;
  readonly parameters: readonly (string | number | boolean)[];
}

/** The metrics, models and targets rules are read and judged against. The app fills it from the catalogue. */
export interface AlertMetrics {
  /** Every name `find` knows, for "did you mean". */
  readonly names: readonly string[];
  /** The project's models and their columns. */
  readonly models: ReadonlyMap<string, ReadonlySet<string>>;
  /** @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID when two domains have the name */
  find(name: string): AlertMetric;
  compileSeries(warehouse: Engine, name: string, request: SeriesRequest): Promise<SeriesSql>;
}
