import type { Tile, TileAnswer } from '../dashboards/index.ts';

/** Puts what a page carries behind a path that may have parameters of its own, which win. */
export function joinAddress(path: string, carried: string): string {
  const [place = '', own = ''] = path.split('?');
  const search = new URLSearchParams(own);
  const set = new Set(search.keys());
  for (const [name, value] of new URLSearchParams(carried)) if (!set.has(name)) search.append(name, value);
  const text = search.toString();
  return text === '' ? place : `${place}?${text}`;
}

/** Where a row of a tile leads; null where the tile leads nowhere or the row lacks what the path needs. */
export function buildLink(tile: Tile, row: TileAnswer['rows'][number], carried: string): string | null {
  if (tile.drill === undefined) return null;
  let isWhole = true;
  const path = tile.drill.replace(/\{([a-z][a-z0-9_]*)\}/g, (_, name: string) => {
    const value = row[name];
    if (value === null || value === undefined) isWhole = false;
    return encodeURIComponent(String(value));
  });
  return isWhole ? joinAddress(path, carried) : null;
}
