import type { Value } from '../engines/index.ts';
import type { Tile, Unit } from './dashboard-definition.ts';

/** A column of a tile's rows. */
export interface TileColumn {
  readonly name: string;
  readonly label: string;
  readonly unit: Unit;
  readonly role: 'dimension' | 'measure' | 'hidden';
  readonly goodDirection: 'up' | 'down' | 'none';
  /** `domain.metric` of the catalogue; null for a column of a model. */
  readonly metric: string | null;
  /** Why a row may have no value here; null where nothing is known of it. */
  readonly unknown: string | null;
  /** Columns of the same rows with what it is compared with. */
  readonly comparison: { readonly before: string; readonly change: string; readonly pct: string } | null;
}

/** Where a tile's figures come from: enough to come to them again. */
export interface TileReceipt {
  readonly sql: string;
  readonly parameters: readonly (string | number | boolean)[];
  readonly range: { readonly from: string; readonly to: string } | null;
  /** The last day each source knows of. */
  readonly watermarks: Readonly<Record<string, string | null>>;
  readonly definitions: readonly {
    readonly metric: string;
    readonly domain: string;
    readonly version: string;
  }[];
  /** The question as `POST /v1/metrics/query` takes it; null for a tile that reads a model. */
  readonly query: object | null;
  /** The model of a tile that reads one. */
  readonly model: string | null;
}

/** What a tile shows. */
export interface TileAnswer {
  readonly tile: Tile;
  readonly columns: readonly TileColumn[];
  readonly rows: readonly Readonly<Record<string, Value>>[];
  /** True when the last period of a time series goes on. */
  readonly isPartial: boolean;
  /** What the comparison is with, in words; null without one. */
  readonly comparedWith: string | null;
  /** Targets of the metrics, by name, for gauges. */
  readonly targets: Readonly<Record<string, number>>;
  /** Filters of the page that the tile cannot take. */
  readonly ignored: readonly string[];
  readonly warnings: readonly string[];
  /** Why there is nothing to show, and what can be done; null when there is something. */
  readonly missing: { readonly reason: string; readonly fix: string } | null;
  readonly receipt: TileReceipt | null;
  /** What a survival curve is drawn from, for tiles of that kind. */
  readonly survival: readonly SurvivalLine[] | null;
}

/** A survival curve as steps. */
export interface SurvivalLine {
  readonly name: string;
  readonly customers: number;
  readonly events: number;
  /** Days; null where fewer than half have left. */
  readonly median: number | null;
  readonly steps: readonly {
    readonly day: number;
    readonly survival: number;
    readonly low: number;
    readonly high: number;
    readonly atRisk: number;
    readonly censored: number;
  }[];
}
