import { quoteIdentifier, TenureError } from '../base/index.ts';
import { type ColumnInfo, type Engine, nameCommonTypes } from '../engines/index.ts';

const MART = 'customer_survival';

/** A column of customers to compare them by: numbers (yes and no are 1 and 0), or texts. */
export type SurvivalColumn =
  | { readonly name: string; readonly kind: 'numbers'; readonly values: readonly (number | null)[] }
  | { readonly name: string; readonly kind: 'texts'; readonly values: readonly (string | null)[] };

/** How long each customer has been, or was, a customer. */
export interface SurvivalData {
  /** Days from signup to the reference date. */
  readonly days: readonly number[];
  /** 1 = churned, 0 = still a customer. */
  readonly churned: readonly number[];
  /** The latest reference date, `YYYY-MM-DD`; null without customers. */
  readonly asOf: string | null;
  readonly columns: ReadonlyMap<string, SurvivalColumn>;
}

/** Columns that say when, or who, and so nothing to compare by. */
const OTHERS = ['customer_id', 'signup_date', 'reference_date', 'duration_days', 'event'];

function isNumeric({ type }: ColumnInfo): boolean {
  return /^(u?tinyint|u?smallint|u?integer|u?bigint|u?hugeint|float|double|real|decimal|numeric|boolean)/i.test(
    type,
  );
}

/** The columns of the mart by which customers can be compared. */
async function listComparable(engine: Engine): Promise<readonly ColumnInfo[]> {
  const relations = await engine.listRelations();
  if (!relations.some(({ name }) => name === MART))
    throw new TenureError('SURVIVAL_IMPOSSIBLE', {
      problem: `the warehouse has no ${MART}`,
      hint: `Build it with \`tenure build --select +${MART}\`.`,
    });
  const columns = nameCommonTypes(await engine.describe(`select * from ${MART}`), engine);
  return columns.filter(({ name }) => !OTHERS.includes(name));
}

function renderColumn(column: ColumnInfo): string {
  const name = quoteIdentifier(column.name);
  if (/^bool/i.test(column.type)) return `cast(cast(${name} as integer) as double precision) as ${name}`;
  return `cast(${name} as ${isNumeric(column) ? 'double precision' : 'varchar'}) as ${name}`;
}

/**
 * The lifetimes in the mart `customer_survival`, with the columns asked for.
 *
 * @throws TenureError SURVIVAL_IMPOSSIBLE without the mart, SURVIVAL_COLUMN_UNKNOWN
 */
export async function fetchSurvivalData(engine: Engine, names: readonly string[]): Promise<SurvivalData> {
  const comparable = await listComparable(engine);
  const wanted = [...new Set(names)].map((name) => {
    const column = comparable.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    const known = comparable.map((candidate) => candidate.name).join(', ');
    throw new TenureError('SURVIVAL_COLUMN_UNKNOWN', { name, names: known });
  });
  const list = ['duration_days', 'event', 'cast(reference_date as varchar) as reference_day'];
  const rows = await engine.query(
    `select ${[...list, ...wanted.map(renderColumn)].join(', ')} from ${MART}
     where duration_days is not null order by customer_id`,
  );
  const columns = wanted.map((column): SurvivalColumn => {
    const { name } = column;
    const read = <T>(parse: (value: unknown) => T) =>
      rows.map((row) => (row[name] === null || row[name] === undefined ? null : parse(row[name])));
    if (isNumeric(column)) return { name, kind: 'numbers', values: read(Number) };
    return { name, kind: 'texts', values: read(String) };
  });
  return {
    days: rows.map((row) => Number(row['duration_days'])),
    churned: rows.map((row) => Number(row['event'])),
    asOf: rows.reduce<string | null>((latest, row) => {
      const day = String(row['reference_day']).slice(0, 10);
      return latest === null || day > latest ? day : latest;
    }, null),
    columns: new Map(columns.map((column) => [column.name, column])),
  };
}
