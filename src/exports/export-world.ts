/** A column of a relation as it stands in the warehouse. */
export interface ExportColumn {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
  readonly description: string;
}

/** A mart or a table of metrics, which a published database has under the same name. */
export interface ExportRelation {
  readonly kind: 'mart' | 'metrics';
  readonly name: string;
  readonly description: string;
  readonly columns: readonly ExportColumn[];
}

/** How a metric's parts are written: a column added up, and its known values counted. */
export interface ExportParts {
  readonly sum: (column: string) => string;
  readonly count: (column: string) => string;
}

/** A metric of the catalogue. */
export interface ExportMetric {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly unit: string;
  /** A ratio that people call so many times: 2.9×. */
  readonly isMultiple: boolean;
  /** `last`: a state or a trailing window, which days do not add up; `sum`: a flow. */
  readonly overTime: 'last' | 'sum';
  /** Whether several entities make one figure. */
  readonly isSummable: boolean;
  readonly kind: 'sum' | 'average' | 'one' | 'ratio' | 'derived';
  /** The figure is unknown while a column is below: for one entity, for several. */
  readonly least: { readonly column: string; readonly oneEntity: number; readonly several: number } | null;
  render(parts: ExportParts): string;
}

/** What to group by: a column, and the condition of the rows it stands in, where they are not all. */
export interface ExportDimension {
  readonly name: string;
  readonly column: string;
  readonly rows: string | null;
}

/** The metrics of one table. */
export interface ExportDomain {
  readonly name: string;
  readonly table: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly entityName: string;
  /** Which rows are the whole company; null where all rows together are. */
  readonly companyRows: string | null;
  readonly dimensions: readonly ExportDimension[];
  readonly metrics: readonly ExportMetric[];
}

type Scalar = string | number | boolean;
type Order = readonly (readonly [string, 'asc' | 'desc'])[];

/** A tile's question to the metrics layer. */
export interface ExportAsk {
  readonly metrics: readonly string[];
  readonly by: readonly string[];
  readonly keys: readonly string[];
  readonly every?: string | undefined;
  readonly filters: readonly {
    readonly member: string;
    readonly operator: string;
    readonly values: readonly Scalar[];
  }[];
  readonly order: Order;
  readonly limit: number;
}

/** Rows of a model for a tile. */
export interface ExportModel {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly label: string;
    readonly unit: string;
    readonly total?: 'sum' | 'average' | 'count' | undefined;
    readonly hidden: boolean;
  }[];
  readonly where: readonly { readonly column: string; readonly values: readonly Scalar[] }[];
  readonly day?: string | undefined;
  readonly period?: string | undefined;
  readonly filters: readonly string[];
  readonly order: Order;
  readonly limit: number;
}

export interface ExportTile {
  readonly name: string;
  readonly title: string;
  readonly chart: string;
  readonly span?: number | undefined;
  readonly note?: string | undefined;
  readonly ask?: ExportAsk | undefined;
  readonly model?: ExportModel | undefined;
}

/** A dashboard's file. */
export interface ExportDashboard {
  readonly name: string;
  readonly title: string;
  readonly purpose: string;
  readonly filters: readonly string[];
  readonly tiles: readonly ExportTile[];
}

/** All that an export is made from. */
export interface ExportWorld {
  readonly dashboards: readonly ExportDashboard[];
  readonly domains: readonly ExportDomain[];
  readonly relations: readonly ExportRelation[];
  /** The metric a tile names, `name` or `domain.name`. @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID */
  findMetric(name: string): { readonly domain: ExportDomain; readonly metric: ExportMetric };
  /** What a column or a dimension is called. */
  label(name: string): string;
}
