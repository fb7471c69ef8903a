/** A column: its heading as HTML, and whether numbers stand in it. */
export interface TableColumn {
  readonly head: string;
  readonly isNumber?: boolean;
}

/**
 * A table of cells that are HTML already. The first cell of a row names it.
 *
 * @example
 * renderTable([{ head: 'Tier' }, { head: 'Rows', isNumber: true }], [['critical', '13']]);
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  caption?: string,
): string {
  const align = (place: number): string => (columns[place]?.isNumber === true ? ' class="number"' : '');
  const head = columns.map(({ head: text }, place) => `<th scope="col"${align(place)}>${text}</th>`);
  const body = rows.map((cells) => {
    const [name = '', ...others] = cells;
    const rest = others.map((cell, place) => `<td${align(place + 1)}>${cell}</td>`);
    return `<tr><th scope="row">${name}</th>${rest.join('')}</tr>`;
  });
  const title = caption === undefined ? '' : `<caption>${caption}</caption>`;
  return `<div class="scroll"><table>${title}<thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** A bar of a share of the greatest, 0 to 1. */
export function renderBar(share: number): string {
  const width = (100 * Math.min(Math.max(share, 0), 1)).toFixed(1);
  return `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="8" rx="1"/></svg>`;
}
