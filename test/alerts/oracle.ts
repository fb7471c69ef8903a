import type { AlertRule } from '../../src/alerts/index.ts';
import { shiftDay } from './workbench.ts';

type Figure = number | string | null;

/** Entity → day → value; a day without a row is not in it. */
export type Figures = ReadonlyMap<string, ReadonlyMap<string, Figure>>;

export interface OracleQuestion {
  readonly rule: AlertRule;
  readonly figures: Figures;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly target?: number;
  readonly isRatio?: boolean;
}

type DayTest = (entity: string, day: string) => boolean;

function compare(operator: string, left: number, right: number): boolean {
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 - months, Math.min(date, last))).toISOString().slice(0, 10);
}

function dayBefore(against: string, day: string): string {
  if (against === 'previous_week') return shiftDay(day, -7);
  if (against === 'previous_month') return monthsBefore(day, 1);
  if (against === 'previous_year') return monthsBefore(day, 12);
  return shiftDay(day, -Number(against.split(' ')[0]));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** In deviations; null without a band. */
function distance(value: number, history: readonly number[]): number | null {
  const centre = median(history);
  const away = history.map((past) => Math.abs(past - centre));
  const mean = away.reduce((sum, one) => sum + one, 0) / away.length;
  const spread = 1.4826 * median(away) || 1.2533 * mean;
  return spread > 1e-9 * Math.abs(centre) ? (value - centre) / spread : null;
}

/** Whether an entity's day is a breach, by the words of docs/alerts.md and no SQL. */
function buildTest({ rule, figures, target, isRatio }: OracleQuestion): DayTest {
  const { threshold, change, out_of_band: band, becomes, against_target: against } = rule.when;
  const at = (entity: string, day: string) => figures.get(entity)?.get(day) ?? null;
  const number = (entity: string, day: string) => {
    const value = at(entity, day);
    return value === null ? null : Number(value);
  };
  if (becomes !== undefined) {
    const known = (entity: string, day: string) => {
      const value = at(entity, day);
      return value === null || String(value).toLowerCase() === 'unknown' ? null : String(value);
    };
    return (entity, day) => {
      const now = known(entity, day);
      const before = Array.from({ length: 28 }, (_, index) => known(entity, shiftDay(day, -1 - index)));
      const last = before.find((value) => value !== null) ?? null;
      return now !== null && last !== null && becomes.includes(now) && !becomes.includes(last);
    };
  }
  if (change !== undefined) {
    return (entity, day) => {
      const [now, past] = [number(entity, day), number(entity, dayBefore(change.against, day))];
      if (now === null || past === null) return false;
      if (change.unit === 'percent')
        return past !== 0 && compare(change.operator, (100 * (now - past)) / Math.abs(past), change.value);
      const factor = change.unit === 'points' && isRatio === true ? 100 : 1;
      return compare(change.operator, factor * (now - past), change.value);
    };
  }
  if (band !== undefined) {
    return (entity, day) => {
      const now = number(entity, day);
      const history = Array.from({ length: band.weeks }, (_, week) =>
        number(entity, shiftDay(day, -7 * (week + 1))),
      );
      const known = history.filter((value) => value !== null);
      if (now === null || known.length < Math.max(4, Math.ceil(band.weeks / 2))) return false;
      const away = distance(now, known);
      if (away === null) return false;
      if (band.direction === 'either') return Math.abs(away) > band.z;
      return band.direction === 'above' ? away > band.z : away < -band.z;
    };
  }
  const bound = threshold?.value ?? ((target ?? 0) * (against?.percent ?? 100)) / 100;
  const operator = threshold?.operator ?? against?.operator ?? '<';
  return (entity, day) => {
    const now = number(entity, day);
    return now !== null && compare(operator, now, bound);
  };
}

/** The firings of a rule, `day entity`, worked out day by day and entity by entity. */
export function listExpectedFirings(question: OracleQuestion): readonly string[] {
  const { rule, figures, firstDay, lastDay } = question;
  const isBreach = buildTest(question);
  const [least = 1, of = 1] = rule.days.split(' of ').map(Number);
  const firings: string[] = [];
  for (const entity of figures.keys()) {
    let allowedFrom = firstDay;
    for (let day = firstDay; day <= lastDay; day = shiftDay(day, 1)) {
      if (day < allowedFrom || !isBreach(entity, day)) continue;
      const days = Array.from({ length: of }, (_, index) => shiftDay(day, -index));
      if (days.filter((one) => isBreach(entity, one)).length < least) continue;
      firings.push(`${day} ${entity}`);
      allowedFrom = shiftDay(day, rule.cool_down_days);
    }
  }
  return firings.sort();
}
