import type { ModelCard } from '../scoring/index.ts';
import { DataTable } from './data-table.tsx';
import { renderCount, renderPercent } from './number-text.ts';

type Curve = ModelCard['calibrationCurve'];

/** In units of the drawing. */
const [WIDTH, HEIGHT] = [360, 300];
const EDGE = { left: 60, right: 20, top: 12, bottom: 44 };
/** Greatest values of the axes, which are the same for both. */
const SCALES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
const TICKS = 5;

interface Scale {
  readonly most: number;
  x(value: number): string;
  y(value: number): string;
}

function buildScale(curve: Curve): Scale {
  const highest = Math.max(0, ...curve.flatMap(({ predicted, high }) => [predicted, high]));
  const most = SCALES.find((scale) => scale >= highest) ?? 1;
  const [across, up] = [WIDTH - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
  return {
    most,
    x: (value) => (EDGE.left + (across * value) / most).toFixed(1),
    y: (value) => (HEIGHT - EDGE.bottom - (up * value) / most).toFixed(1),
  };
}

function Axes({ most, x, y }: Scale) {
  const digits = most < 0.1 ? 1 : 0;
  const ticks = Array.from({ length: TICKS + 1 }, (_, place) => (most * place) / TICKS);
  const middle = (EDGE.top + HEIGHT - EDGE.bottom) / 2;
  return (
    <>
      {ticks.map((tick) => {
        const text = `${(100 * tick).toFixed(digits)} %`;
        return (
          <>
            <line class="grid" x1={x(0)} x2={x(most)} y1={y(tick)} y2={y(tick)} />
            <text x={EDGE.left - 6} y={y(tick)} dy="4" text-anchor="end">
              {text}
            </text>
            <text x={x(tick)} y={HEIGHT - EDGE.bottom + 16} text-anchor="middle">
              {text}
            </text>
          </>
        );
      })}
      <text x={x(most / 2)} y={HEIGHT - 8} text-anchor="middle">
        predicted
      </text>
      <text transform={`translate(14 ${middle}) rotate(-90)`} text-anchor="middle">
        observed
      </text>
    </>
  );
}

function Points({ curve, scale: { x, y } }: { readonly curve: Curve; readonly scale: Scale }) {
  return (
    <>
      <polyline points={curve.map(({ predicted, observed }) => `${x(predicted)},${y(observed)}`).join(' ')} />
      {curve.map(({ predicted, observed, low, high }) => (
        <>
          <line class="interval" x1={x(predicted)} x2={x(predicted)} y1={y(low)} y2={y(high)} />
          <circle cx={x(predicted)} cy={y(observed)} r="4" />
        </>
      ))}
    </>
  );
}

/** What was predicted against what came, for bins of as many rows, with 95 % intervals; as a figure, and as a table below. */
export function CalibrationChart({ curve }: { readonly curve: Curve }) {
  if (curve.length === 0) return <p class="quiet">— there are no rows to draw it from.</p>;
  const scale = buildScale(curve);
  const { most, x, y } = scale;
  const within = curve.filter(({ predicted, low, high }) => predicted >= low && predicted <= high).length;
  const words = `In ${within} of ${curve.length} bins the predicted share lies within the 95 % interval of the observed one.`;
  return (
    <>
      <figure>
        <svg
          class="curve"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-labelledby="curve-title curve-words"
        >
          <title id="curve-title">Calibration curve</title>
          <desc id="curve-words">{words}</desc>
          <Axes {...scale} />
          <line class="diagonal" x1={x(0)} y1={y(0)} x2={x(most)} y2={y(most)} />
          <Points curve={curve} scale={scale} />
        </svg>
        <figcaption>{`Share with the event: observed (up) against predicted (across). ${words} On the dashed line they are equal.`}</figcaption>
      </figure>
      <details class="table">
        <summary>View as table</summary>
        <DataTable
          label="Calibration curve, as a table"
          columns={['Predicted', 'Observed', '95 % interval', 'Rows'].map((head) => ({
            head,
            isNumber: true,
          }))}
          rows={curve.map(({ predicted, observed, low, high, rows }) => [
            renderPercent(predicted),
            renderPercent(observed),
            `${renderPercent(low)} to ${renderPercent(high)}`,
            renderCount(rows),
          ])}
        />
      </details>
    </>
  );
}
