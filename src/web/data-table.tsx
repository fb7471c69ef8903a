import type { Child } from 'hono/jsx';

/** A column: what stands above it. */
export interface DataColumn {
  readonly head: Child;
  readonly isNumber?: boolean;
  /** How it is sorted, where it is. */
  readonly sorted?: 'ascending' | 'descending' | undefined;
}

export interface DataTableProps {
  /** What the table holds, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly DataColumn[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Child[])[];
  /** What is to know of the table, below it. */
  readonly caption?: Child;
  /** True where many rows get a height of their own to scroll in. */
  readonly isShort?: boolean;
}

/**
 * A table in a region of its own, which scrolls where there is no room, by the keyboard too.
 *
 * @example
 * <DataTable label="Tickets" columns={[{ head: 'Topic' }, { head: 'Hours', isNumber: true }]} rows={[['login', '4 h']]} />
 */
export function DataTable({ label, columns, rows, caption, isShort = false }: DataTableProps) {
  const align = (place: number) => (columns[place]?.isNumber === true ? 'number' : undefined);
  return (
    <section class={isShort ? 'scroll short' : 'scroll'} tabindex={0} aria-label={label}>
      <table>
        {caption === undefined ? null : <caption>{caption}</caption>}
        <thead>
          <tr>
            {columns.map(({ head, sorted }, place) => (
              <th scope="col" class={align(place)} aria-sort={sorted}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr>
              <th scope="row">{name}</th>
              {cells.map((cell, place) => (
                <td class={align(place + 1)}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
