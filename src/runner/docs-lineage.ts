import { escapeHtml } from '../base/index.ts';
import { renderAnchor } from './docs-anchor.ts';
import type { DocsEntry } from './docs-entry.ts';

const BOX = { width: 190, height: 28, gapX: 56, gapY: 12, margin: 8 };
const DEPTH = 2;
const BOXES_PER_LAYER = 12;
const LETTERS = 26;

interface PlacedBox {
  readonly entry: DocsEntry;
  readonly x: number;
  readonly y: number;
}

type Entries = ReadonlyMap<string, DocsEntry>;

/** Entries up to `DEPTH` steps away on one side, by their distance. */
function listLayers(
  entries: Entries,
  start: DocsEntry,
  side: 'parents' | 'children',
): readonly (readonly DocsEntry[])[] {
  const seen = new Set([start.uniqueId]);
  const layers: DocsEntry[][] = [];
  let current: readonly DocsEntry[] = [start];
  for (let step = 0; step < DEPTH; step += 1) {
    const next: DocsEntry[] = [];
    for (const id of current.flatMap((entry) => entry[side])) {
      const entry = entries.get(id);
      if (entry === undefined || seen.has(id)) continue;
      seen.add(id);
      next.push(entry);
    }
    if (next.length === 0) break;
    layers.push(next);
    current = next;
  }
  return layers;
}

interface Placement {
  readonly boxes: ReadonlyMap<string, PlacedBox>;
  readonly width: number;
  readonly height: number;
  /** Entries there was no room for. */
  readonly hidden: number;
}

function buildPlacement(layers: readonly (readonly DocsEntry[])[]): Placement {
  const shown = layers.map((layer) => layer.slice(0, BOXES_PER_LAYER));
  const tallest = Math.max(...shown.map((layer) => layer.length));
  const pitch = BOX.height + BOX.gapY;
  const height = tallest * pitch - BOX.gapY + 2 * BOX.margin;
  const boxes = new Map<string, PlacedBox>();
  shown.forEach((layer, column) => {
    const top = (height - (layer.length * pitch - BOX.gapY)) / 2;
    layer.forEach((entry, row) => {
      const x = BOX.margin + column * (BOX.width + BOX.gapX);
      boxes.set(entry.uniqueId, { entry, x, y: top + row * pitch });
    });
  });
  const width = layers.length * (BOX.width + BOX.gapX) - BOX.gapX + 2 * BOX.margin;
  const hidden = layers.reduce((total, layer) => total + Math.max(0, layer.length - BOXES_PER_LAYER), 0);
  return { boxes, width, height, hidden };
}

function renderEdges(boxes: ReadonlyMap<string, PlacedBox>): string {
  const paths: string[] = [];
  for (const box of boxes.values()) {
    for (const id of box.entry.parents) {
      const parent = boxes.get(id);
      if (parent === undefined || parent.x >= box.x) continue;
      const [x1, y1] = [parent.x + BOX.width, parent.y + BOX.height / 2];
      const [x2, y2] = [box.x, box.y + BOX.height / 2];
      const bend = (x2 - x1) / 2;
      paths.push(`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`);
    }
  }
  return `<g class="edges">${paths.join('')}</g>`;
}

/** Where an entry's box leads. */
export type EntryLink = (entry: DocsEntry) => string;

function renderBox(box: PlacedBox, isCentre: boolean, link: EntryLink): string {
  const { entry, x, y } = box;
  const name = entry.name.length > LETTERS ? `${entry.name.slice(0, LETTERS - 1)}…` : entry.name;
  return (
    `<a href="${escapeHtml(link(entry))}"><g class="box${isCentre ? ' centre' : ''}">` +
    `<title>${escapeHtml(`${entry.name} (${entry.kind})`)}</title>` +
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="4"/>` +
    `<text x="${x + 8}" y="${y + 18}">${escapeHtml(name)}</text></g></a>`
  );
}

const linkOnPage: EntryLink = ({ uniqueId }) => renderAnchor(uniqueId);

/** An SVG of an entry between the parents it reads and the children that read it, two steps each way. */
export function renderLineage(entries: Entries, entry: DocsEntry, link: EntryLink = linkOnPage): string {
  const above = [...listLayers(entries, entry, 'parents')].reverse();
  const below = listLayers(entries, entry, 'children');
  const { boxes, width, height, hidden } = buildPlacement([...above, [entry], ...below]);
  const label = escapeHtml(
    `Lineage of ${entry.name}: reads ${entry.parents.length}, read by ${entry.children.length}`,
  );
  const list = [...boxes.values()].map((box) => renderBox(box, box.entry === entry, link));
  const note = hidden === 0 ? '' : `<p class="quiet">${hidden} more are not drawn; see the lists.</p>`;
  return (
    `<div class="scroll"><svg class="lineage" role="group" aria-label="${label}" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}">${renderEdges(boxes)}${list.join('')}</svg></div>${note}`
  );
}
