import { renderDay, renderFigure, UNKNOWN } from './browser/figure-text.js';

/** The units figures have. */
export type Unit = Parameters<typeof renderFigure>[1];

export interface ShownFigureProps {
  readonly value: unknown;
  readonly unit: Unit;
  /** Why it is unknown, in words; said where it is. */
  readonly reason?: string | undefined;
}

/** A figure as it is read, all its digits in its tooltip; what is unknown is a dash with its reason. */
export function ShownFigure({ value, unit, reason }: ShownFigureProps) {
  const text = renderFigure(value, unit);
  if (text !== UNKNOWN) {
    const exact = renderFigure(value, unit, { isExact: true });
    return exact === text ? text : <span title={exact}>{text}</span>;
  }
  return (
    <>
      {UNKNOWN}
      {reason === undefined ? null : <span class="quiet small"> {reason}</span>}
    </>
  );
}

/** A change since an earlier day: arrow, sign and size, in words where there is none. */
export function renderDifference(change: number | null, unit: Unit): string {
  if (change === null) return UNKNOWN;
  const size = renderFigure(Math.abs(change), unit);
  if (size === renderFigure(0, unit)) return 'unchanged';
  return change > 0 ? `▲ +${size}` : `▼ −${size}`;
}

/** A moment as people write it: 29 Jan 2026, 14:05 UTC. */
export function renderMoment(time: string | null): string {
  return time === null ? UNKNOWN : `${renderDay(time)}, ${new Date(time).toISOString().slice(11, 16)} UTC`;
}
