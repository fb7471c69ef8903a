import { quoteIdentifier } from '../base/index.ts';
import type { TileModel } from './dashboard-definition.ts';
import type { PageState } from './page-state.ts';

type Parameter = string | number | boolean;

/** SQL with `$n` parameters. */
export interface ModelQuery {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  /** Filters of the page that the model has no column for. */
  readonly ignored: readonly string[];
}

/** The days a page looks at, half-open, and the last of them. */
export interface PageDays {
  readonly from: string;
  readonly to: string;
  readonly last: string;
}

/** Engines make averages of decimals in several types. */
const TOTALS: Readonly<
  Record<NonNullable<TileModel['columns'][number]['total']>, (column: string) => string>
> = {
  sum: (column) => `sum(${column})`,
  average: (column) => `cast(avg(${column}) as double precision)`,
  count: (column) => `count(${column})`,
};

function renderColumns(model: TileModel): string {
  return model.columns
    .map(({ name, total }) => {
      const column = quoteIdentifier(name);
      return total === undefined ? column : `${TOTALS[total](column)} as ${column}`;
    })
    .join(', ');
}

function renderGroups({ columns }: TileModel): string {
  if (columns.every(({ total }) => total === undefined)) return '';
  const groups = columns.filter(({ total }) => total === undefined).map(({ name }) => quoteIdentifier(name));
  return groups.length === 0 ? '' : `\ngroup by ${groups.join(', ')}`;
}

/** What a column is ordered by: its place, since by name some engines take the column of the model, not its total. */
function renderKey({ columns }: TileModel, name: string): string {
  const place = columns.findIndex((column) => column.name === name);
  return place < 0 ? quoteIdentifier(name) : String(place + 1);
}

/** Rows of a model for a tile: those of the page's days, filtered as far as the model has the columns. */
export function compileModel(model: TileModel, state: PageState, days: PageDays): ModelQuery {
  const parameters: Parameter[] = [];
  const add = (value: Parameter): string => `$${parameters.push(value)}`;
  const isOneOf = (column: string, values: readonly Parameter[]): string => {
    const list = values.map((value) => `cast(${add(String(value))} as varchar)`);
    return `cast(${quoteIdentifier(column)} as varchar) in (${list.join(', ')})`;
  };
  const day = (value: string): string => `cast(${add(value)} as date)`;
  const wanted = Object.entries(state.filters);
  const conditions = [
    // A filter of the page takes the place of the rows that stand for everything.
    ...model.where
      .filter(({ column }) => state.filters[column] === undefined || !model.filters.includes(column))
      .map(({ column, values }) => isOneOf(column, values)),
    ...wanted
      .filter(([column]) => model.filters.includes(column))
      .map(([column, values]) => isOneOf(column, values)),
    ...(model.day === undefined ? [] : [`${quoteIdentifier(model.day)} = ${day(days.last)}`]),
    ...(model.period === undefined
      ? []
      : [
          `${quoteIdentifier(model.period)} >= date_trunc('month', ${day(days.from)})`,
          `${quoteIdentifier(model.period)} < ${day(days.to)}`,
        ]),
  ];
  const where = conditions.length === 0 ? '' : `\nwhere ${conditions.join('\n    and ')}`;
  // Rows that are equal in what is asked for are in the order of the columns, the same on every engine.
  const order = [
    ...model.order.map(([name, direction]) => `${renderKey(model, name)} ${direction} nulls last`),
    ...model.columns.map((_, place) => `${place + 1} nulls last`),
  ];
  return {
    sql: `select ${renderColumns(model)}\nfrom ${quoteIdentifier(model.name)}${where}${renderGroups(model)}\norder by ${order.join(', ')}\nlimit ${model.limit}`,
    parameters,
    ignored: wanted.filter(([column]) => !model.filters.includes(column)).map(([column]) => column),
  };
}
