import type { TileAnswer, TileColumn } from '../dashboards/index.ts';
import { renderFigure, UNKNOWN } from './browser/figure-text.js';
import { listDimensions, listMeasures, listStages, readNumber, renderName } from './chart-parts.ts';

type Row = TileAnswer['rows'][number];

const isText = ({ unit }: TileColumn): boolean => unit === 'text' || unit === 'day' || unit === 'month';

/** The columns of a tile's table: what it is compared with stands beside each figure. */
function listShown({ columns, comparedWith }: TileAnswer): readonly TileColumn[] {
  return columns.flatMap((column) => {
    if (column.role === 'hidden') return [];
    if (column.comparison === null) return [column];
    const before: TileColumn = {
      ...column,
      name: column.comparison.before,
      label: `${column.label}, ${comparedWith ?? 'before'}`,
      comparison: null,
    };
    return [column, before];
  });
}

/** Why there is no figure: what the tile says of the column, else what holds of every figure that is unknown. */
function Unknown({ column }: { column: TileColumn }) {
  if (column.unknown !== null) return <span class="quiet">{`${UNKNOWN} ${column.unknown}`}</span>;
  return (
    <span title="Unknown: something it is made of is missing here, or zero below the line.">{UNKNOWN}</span>
  );
}

function Cell({ row, column, isExact }: { row: Row; column: TileColumn; isExact: boolean }) {
  const value = row[column.name];
  const text = isExact ? renderFigure(value, column.unit, { isExact }) : renderName(value, column);
  const isLong = column.unit === 'text' && text.length > 48;
  return (
    <td
      class={isText(column) ? (isLong ? 'wide' : undefined) : 'number'}
      title={isExact ? undefined : renderFigure(value, column.unit, { isExact: true })}
    >
      {text === UNKNOWN ? <Unknown column={column} /> : text}
    </td>
  );
}

/** The rows of a tile. The first column names a row, and leads to where the row leads. */
export function TileTable({
  answer,
  links,
  isExact = false,
  label,
}: {
  answer: TileAnswer;
  links: readonly (string | null)[];
  isExact?: boolean;
  label: string;
}) {
  const columns = listShown(answer);
  const [first, ...others] = columns;
  if (first === undefined) return null;
  if (answer.rows.length === 1 && listDimensions(answer).length === 0)
    return <FigureList answer={answer} label={label} isExact={isExact} />;
  return (
    <section class={answer.rows.length > 15 ? 'scroll short' : 'scroll'} tabindex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" class={isText(column) ? undefined : 'number'}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row, place) => {
            const name =
              row[first.name] === null ? <Unknown column={first} /> : renderName(row[first.name], first);
            const link = links[place] ?? null;
            return (
              <tr>
                <th scope="row" class={isText(first) ? undefined : 'number'}>
                  {link === null ? name : <a href={link}>{name}</a>}
                </th>
                {others.map((column) => (
                  <Cell row={row} column={column} isExact={isExact} />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** One row without a name: its figures one below the other. */
function FigureList({ answer, label, isExact }: { answer: TileAnswer; label: string; isExact: boolean }) {
  const [row] = answer.rows;
  const measures = listMeasures(answer);
  const isCompared = measures.some(({ comparison }) => comparison !== null);
  if (row === undefined) return null;
  return (
    <section class="scroll" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" class="number">
              Now
            </th>
            {isCompared ? (
              <th scope="col" class="number">
                {capitalise(answer.comparedWith ?? 'before')}
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {measures.map((column) => (
            <tr>
              <th scope="row">{column.label}</th>
              <Cell row={row} column={column} isExact={isExact} />
              {column.comparison === null ? null : (
                <Cell row={row} column={{ ...column, name: column.comparison.before }} isExact={isExact} />
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const capitalise = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** How strong a cell's colour is, 0 to .55: the least of the map is faint, so that text stays readable. */
function shade(value: number, least: number, most: number): string {
  const share = most > least ? (value - least) / (most - least) : 0.5;
  return `background: rgba(var(--heat), ${(0.06 + 0.44 * share).toFixed(2)})`;
}

function uniqueInOrder(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** A figure for every pair of the first two dimensions, written in the cell and coloured by its size. */
export function HeatMap({
  answer,
  links,
  label,
}: {
  answer: TileAnswer;
  links: readonly (string | null)[];
  label: string;
}) {
  const [rows, columns] = heatAxes(answer);
  const measure = listMeasures(answer).at(-1);
  if (rows === undefined || columns === undefined || measure === undefined) return null;
  const cells = new Map(
    answer.rows.map((row, place) => [
      `${row[rows.name]} ${row[columns.name]}`,
      { row, link: links[place] ?? null },
    ]),
  );
  const figures = answer.rows.flatMap((row) => readNumber(row, measure.name) ?? []);
  const [least, most] = [Math.min(...figures), Math.max(...figures)];
  const heads = uniqueInOrder(answer.rows.map((row) => String(row[columns.name])));
  const ordered =
    columns.unit === 'count' ? [...heads].sort((a, b) => Number(a) - Number(b)) : [...heads].sort();
  const names = uniqueInOrder(answer.rows.map((row) => String(row[rows.name])));
  return (
    <section class={names.length > 15 ? 'scroll short heat' : 'scroll heat'} tabindex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{rows.label}</th>
            {ordered.map((head) => (
              <th scope="col" class="number">
                {renderFigure(head, columns.unit)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr>
              <th scope="row">{renderFigure(name, rows.unit)}</th>
              {ordered.map((head) => {
                const cell = cells.get(`${name} ${head}`);
                const value = cell === undefined ? null : readNumber(cell.row, measure.name);
                const text = renderHeat(value, measure);
                if (value === null)
                  return (
                    <td class="number quiet" title="There is nobody, or nothing is known.">
                      {cell === undefined ? '' : UNKNOWN}
                    </td>
                  );
                return (
                  <td
                    class="number"
                    style={shade(value, least, most)}
                    title={renderFigure(value, measure.unit, { isExact: true })}
                  >
                    {cell?.link ? <a href={cell.link}>{text}</a> : text}
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

/** Rows and columns of a heat map: the first two columns that are neither hidden nor the figure. */
function heatAxes(answer: TileAnswer): readonly (TileColumn | undefined)[] {
  const measure = listMeasures(answer).at(-1);
  return answer.columns.filter((column) => column.role !== 'hidden' && column !== measure).slice(0, 2);
}

function renderHeat(value: number | null, measure: TileColumn): string {
  return measure.unit === 'ratio' && value !== null
    ? `${Math.round(100 * value)} %`
    : renderFigure(value, measure.unit);
}

/** Stages one below the other, each with its share of the first and of the one before. */
export function Funnel({ answer }: { answer: TileAnswer }) {
  const stages = listStages(answer);
  const first = stages[0]?.value ?? null;
  const share = (value: number | null, of: number | null): number | null =>
    value === null || of === null || of === 0 ? null : value / of;
  return (
    <section class="scroll" tabindex={0} aria-label={answer.tile.title}>
      <table class="funnel">
        <thead>
          <tr>
            <th scope="col">{listDimensions(answer)[0]?.label ?? 'Stage'}</th>
            <th scope="col" class="number">
              Count
            </th>
            <th scope="col" class="number">
              % of first
            </th>
            <th scope="col" class="number">
              % of previous
            </th>
            <th scope="col">
              <span class="visually-hidden">Share of the first stage</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ name, value, unit }, place) => (
            <tr>
              <th scope="row">{name}</th>
              <td class="number" title={renderFigure(value, unit, { isExact: true })}>
                {renderFigure(value, unit)}
              </td>
              <td class="number">{renderFigure(share(value, first), 'ratio')}</td>
              <td class="number">
                {place === 0 ? '' : renderFigure(share(value, stages[place - 1]?.value ?? null), 'ratio')}
              </td>
              <td class="funnel-bar">
                <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="lost" width="100" height="8" rx="1" />
                  <rect
                    width={Math.max(0.5, 100 * Math.min(1, share(value, first) ?? 0)).toFixed(2)}
                    height="8"
                    rx="1"
                  />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
