import type { TileAnswer, TileColumn } from '../dashboards/index.ts';
import { renderChange, renderFigure, UNKNOWN } from './browser/figure-text.js';
import { buildChart } from './chart-option.ts';
import { listMeasures, readNumber } from './chart-parts.ts';
import { buildLink } from './tile-links.ts';
import { Funnel, HeatMap, TileTable } from './tile-table.tsx';

/** What a tile needs to know of its page. */
export interface TilePlace {
  /** The path of its dashboard. */
  readonly path: string;
  readonly carried: string;
  readonly isAlone?: boolean;
}

type Row = TileAnswer['rows'][number];

/** Under so many percent a change is no news. */
const NO_NEWS = 1;

const CHART_HEIGHTS: Readonly<Record<string, string>> = { survival: 'tall', gauge: 'low' };
const SPANS: Readonly<Record<string, number>> = { number: 3, table: 12, line: 12, survival: 12 };

/** @param share of what it was before */
function judgeChange(column: TileColumn, change: number, share: number): 'good' | 'bad' | 'quiet' {
  if (Math.abs(100 * share) < NO_NEWS || column.goodDirection === 'none') return 'quiet';
  return change > 0 === (column.goodDirection === 'up') ? 'good' : 'bad';
}

/** How a figure changed: arrow, sign, how much, since when. */
function ChangeChip({ row, column, since }: { row: Row; column: TileColumn; since: string }) {
  if (column.comparison === null) return null;
  const [before, change, pct] = [
    column.comparison.before,
    column.comparison.change,
    column.comparison.pct,
  ].map((name) => readNumber(row, name)) as [number | null, number | null, number | null];
  if (before === null) return <span class="chip quiet">{`${UNKNOWN} unknown ${since}`}</span>;
  if (before === 0 && (change ?? 0) !== 0) return <span class="chip quiet">{`new: 0 ${since}`}</span>;
  if (change === null) return null;
  // Of ratios the change is in points already; their unit says so.
  const points = column.unit === 'ratio' || column.unit === 'multiple' ? change / 100 : change;
  const size = pct === null ? renderChange(points, column.unit) : renderFigure(Math.abs(pct) / 100, 'ratio');
  const isNothing = !/[1-9]/.test(size);
  const [arrow, sign] = isNothing ? ['■', '±'] : change > 0 ? ['▲', '+'] : ['▼', '−'];
  const tone = isNothing
    ? 'quiet'
    : judgeChange(column, change, before === 0 ? 0 : points / Math.abs(before));
  return (
    <span class={`chip ${tone}`} title={`${renderFigure(before, column.unit, { isExact: true })} ${since}`}>
      {`${arrow} ${sign}${size}`} <span class="quiet">{`vs ${since}`}</span>
    </span>
  );
}

function Missing({ missing }: { missing: NonNullable<TileAnswer['missing']> }) {
  return (
    <div class="empty">
      <p>
        {UNKNOWN} {missing.reason}
      </p>
      <p class="quiet small">{missing.fix}</p>
    </div>
  );
}

function NumberTile({ answer, place }: { answer: TileAnswer; place: TilePlace }) {
  const [measure] = listMeasures(answer);
  const [row] = answer.rows;
  const value = measure === undefined || row === undefined ? null : row[measure.name];
  if (measure === undefined || row === undefined || value === null || value === undefined) {
    const missing = answer.missing ?? { reason: 'It has no value on this day.', fix: 'Choose another day.' };
    return (
      <>
        <p class="value" title={missing.reason}>
          {UNKNOWN}
        </p>
        <p class="note">
          {missing.reason} {missing.fix}
        </p>
      </>
    );
  }
  const link = buildLink(answer.tile, row, place.carried);
  const text = renderFigure(value, measure.unit);
  return (
    <>
      <p
        class="value"
        title={renderFigure(value, measure.unit, { isExact: true })}
        data-value={String(value)}
        data-metric={measure.metric ?? undefined}
      >
        {link === null ? text : <a href={link}>{text}</a>}
      </p>
      <p class="chips">
        {answer.comparedWith === null ? (
          <span class="note">{answer.tile.note ?? ''}</span>
        ) : (
          <ChangeChip row={row} column={measure} since={answer.comparedWith} />
        )}
      </p>
    </>
  );
}

/** A chart that the browser draws into a place of fixed size, what it says in words, and its figures as a table. */
function ChartTile({ answer, place }: { answer: TileAnswer; place: TilePlace }) {
  const { tile } = answer;
  const links = answer.rows.map((row) => buildLink(tile, row, place.carried));
  const plan = buildChart(answer, links);
  if (plan === null) return <GaugeMissing answer={answer} />;
  const id = `tile-${tile.name}`;
  return (
    <figure aria-labelledby={`${id}-title`} aria-describedby={`${id}-words`}>
      <div
        class={`chart ${CHART_HEIGHTS[tile.chart] ?? (place.isAlone ? 'tall' : '')}`}
        data-option={JSON.stringify(plan.option)}
        data-name={tile.name}
        aria-hidden="true"
      />
      <figcaption id={`${id}-words`} class="note">
        {plan.words}
      </figcaption>
      {tile.chart === 'survival' ? (
        <SurvivalTable answer={answer} />
      ) : (
        <details class="table">
          <summary>View as table</summary>
          <TileTable answer={answer} links={links} label={`${tile.title} as a table`} isExact />
        </details>
      )}
    </figure>
  );
}

function GaugeMissing({ answer }: { answer: TileAnswer }) {
  const [measure] = listMeasures(answer);
  const [row] = answer.rows;
  if (measure === undefined || row === undefined) return null;
  return (
    <div class="empty">
      <p class="value" data-value={String(row[measure.name])} data-metric={measure.metric ?? undefined}>
        {renderFigure(row[measure.name], measure.unit)}
      </p>
      <p class="quiet small">{`There is no target to hold it against: write ${measure.metric?.split('.')[1] ?? 'the metric'} and its value into targets.yml and build.`}</p>
    </div>
  );
}

const AT_RISK_DAYS = [0, 90, 180, 365, 540, 730];

function SurvivalTable({ answer }: { answer: TileAnswer }) {
  const lines = answer.survival ?? [];
  const find = (steps: (typeof lines)[number]['steps'], day: number) =>
    steps.filter((step) => step.day <= day).at(-1);
  return (
    <section class="scroll" tabindex={0} aria-label={`${answer.tile.title} as a table`}>
      <table>
        <caption class="note">
          Customers under observation, and the share that is still there, after so many days.
        </caption>
        <thead>
          <tr>
            <th scope="col">Group</th>
            {AT_RISK_DAYS.map((day) => (
              <th scope="col" class="number">
                {day} d
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, customers, steps }) => (
            <tr>
              <th scope="row">{name}</th>
              {AT_RISK_DAYS.map((day) => {
                const next = steps.find((step) => step.day >= day);
                const [atRisk, share] =
                  day === 0 ? [customers, 1] : [next?.atRisk ?? 0, find(steps, day)?.survival ?? 1];
                return (
                  <td class="number">
                    {atRisk === 0 ? (
                      <span title="Nobody was seen that long.">{UNKNOWN}</span>
                    ) : (
                      `${renderFigure(atRisk, 'count')} · ${Math.round(100 * share)} %`
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TileBody({ answer, place }: { answer: TileAnswer; place: TilePlace }) {
  const { tile, missing } = answer;
  if (tile.chart === 'number') return <NumberTile answer={answer} place={place} />;
  if (missing !== null) return <Missing missing={missing} />;
  const links = answer.rows.map((row) => buildLink(tile, row, place.carried));
  if (tile.chart === 'table') return <TileTable answer={answer} links={links} label={tile.title} />;
  if (tile.chart === 'heat_map') return <HeatMap answer={answer} links={links} label={tile.title} />;
  if (tile.chart === 'funnel') return <Funnel answer={answer} />;
  return <ChartTile answer={answer} place={place} />;
}

function listNotes({ tile, ignored, warnings, isPartial }: TileAnswer): readonly string[] {
  return [
    ...(tile.chart !== 'number' && tile.note !== undefined ? [tile.note] : []),
    ...(isPartial && tile.chart === 'line' ? ['The last period goes on: it is partial, and dashed.'] : []),
    ...(ignored.length > 0
      ? [`Not filtered by ${ignored.map((name) => name.replaceAll('_', ' ')).join(', ')}.`]
      : []),
    ...(tile.chart === 'number' ? [] : warnings),
  ];
}

/** What the browser makes of a drawn chart; it shows the buttons then. */
const EXPORTS = ['svg', 'png'] as const;

/** A tile of a dashboard: its title leads to where its figures come from. */
export function TileCard({ answer, place }: { answer: TileAnswer; place: TilePlace }) {
  const { tile } = answer;
  const isNumber = tile.chart === 'number';
  const span = tile.span ?? SPANS[tile.chart] ?? 6;
  const receipt = `${place.path}/${tile.name}`;
  const hasChart = !isNumber && !['table', 'heat_map', 'funnel'].includes(tile.chart);
  return (
    <section class={`card span-${place.isAlone ? 12 : span}${isNumber ? ' kpi' : ''}`} data-tile={tile.name}>
      <div class="card-head">
        <h2 id={`tile-${tile.name}-title`}>
          {place.isAlone ? tile.title : <a href={`${receipt}${place.carried}`}>{tile.title}</a>}
        </h2>
        {isNumber ? null : (
          <span class="actions">
            <a
              class="small"
              href={`${receipt}.csv${place.carried}`}
              aria-label={`${tile.title} as CSV`}
              download={`${tile.name}.csv`}
            >
              CSV
            </a>
            {hasChart
              ? EXPORTS.map((format) => (
                  <button
                    type="button"
                    class="plain"
                    data-export={format}
                    aria-label={`${tile.title} as ${format.toUpperCase()}`}
                    hidden
                  >
                    {format.toUpperCase()}
                  </button>
                ))
              : null}
          </span>
        )}
      </div>
      <TileBody answer={answer} place={place} />
      {listNotes(answer).map((note) => (
        <p class="note">{note}</p>
      ))}
    </section>
  );
}
