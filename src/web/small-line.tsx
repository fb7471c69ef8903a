import { renderDay, renderFigure, renderTick } from './browser/figure-text.js';
import { DataTable } from './data-table.tsx';
import type { Unit } from './shown-figure.tsx';

/** A day's value; null leaves a gap. */
export interface LinePoint {
  readonly day: string;
  readonly value: number | null;
}

export interface SmallLineProps {
  /** Differs from that of every other figure of the page. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly points: readonly LinePoint[];
  /** The end of the axis above; from the values unless given. It begins at 0. */
  readonly most?: number;
  /** Why there is nothing to draw. */
  readonly reason: string;
}

/** In units of the drawing, which is stretched to the room there is. */
const [WIDTH, HEIGHT] = [1000, 100];
/** The axis ends at one of these times a power of ten. */
const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

function chooseMost(values: readonly number[]): number {
  const highest = Math.max(...values, 0);
  if (highest === 0) return 1;
  const size = 10 ** Math.floor(Math.log10(highest));
  return size * (ROUND.find((step) => step * size >= highest) ?? 10);
}

/** The line as a path: begun anew after each gap. */
function renderPath(points: readonly LinePoint[], most: number): string {
  const across = WIDTH / Math.max(1, points.length - 1);
  let isDrawing = false;
  return points
    .map(({ value }, place) => {
      if (value === null) {
        isDrawing = false;
        return '';
      }
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${(place * across).toFixed(1)} ${(HEIGHT - (HEIGHT * value) / most).toFixed(2)}`;
    })
    .join('');
}

function describe(title: string, unit: Unit, known: readonly { day: string; value: number }[]): string {
  const values = known.map(({ value }) => value);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return title;
  const at = ({ day, value }: { day: string; value: number }) =>
    `${renderFigure(value, unit)} on ${renderDay(day)}`;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = `between ${renderFigure(low, unit)} and ${renderFigure(high, unit)}`;
  return `${title}: ${at(first)}, ${at(last)}; ${range}.`;
}

/** A line by day that needs no script: a figure, what it shows in words, and the same as a table. */
export function SmallLine({ id, title, unit, points, most: end, reason }: SmallLineProps) {
  const known = points.flatMap(({ day, value }) => (value === null ? [] : [{ day, value }]));
  if (known.length === 0) return <p class="note">— {reason}</p>;
  const most = end ?? chooseMost(known.map(({ value }) => value));
  const words = describe(title, unit, known);
  return (
    <figure>
      <div class="small-line">
        <span class="axis small quiet" aria-hidden="true">
          <span>{renderTick(most, unit)}</span>
          <span>{renderTick(0, unit)}</span>
        </span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-labelledby={`${id}-words`}
        >
          <title>{title}</title>
          <path class="base" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
          <path class="line" d={renderPath(points, most)} />
        </svg>
        <span class="days small quiet" aria-hidden="true">
          <span>{renderDay(points[0]?.day ?? '')}</span>
          <span>{renderDay(points.at(-1)?.day ?? '')}</span>
        </span>
      </div>
      <figcaption id={`${id}-words`} class="quiet">
        {words}
      </figcaption>
      <details class="table">
        <summary>View as table</summary>
        <DataTable
          label={`${title}, as a table`}
          columns={[{ head: 'Day' }, { head: title, isNumber: true }]}
          rows={[...points].reverse().map(({ day, value }) => [renderDay(day), renderFigure(value, unit)])}
          isShort
        />
      </details>
    </figure>
  );
}
