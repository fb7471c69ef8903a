import { chiSquareTail } from './chi-square.ts';
import { factorCholesky, solveCholesky } from './cholesky.ts';
import { buildRiskTable, type Lifetimes, type RiskTable } from './lifetimes.ts';

/** A chi-square test. */
export interface ChiSquareTest {
  readonly chiSquare: number;
  readonly degrees: number;
  /** How often chance alone gives as much or more. */
  readonly p: number;
}

export function buildChiSquareTest(chiSquare: number, degrees: number): ChiSquareTest {
  return { chiSquare, degrees, p: chiSquareTail(chiSquare, degrees) };
}

export interface LogRankTest extends ChiSquareTest {
  /** For each group: events seen, and how many there would be if all groups lived alike. */
  readonly observed: readonly number[];
  readonly expected: readonly number[];
}

/** Adds the covariance of the events of one time, given who was there. */
function addCovariance(
  covariance: Float64Array,
  table: RiskTable,
  options: { place: number; factor: number },
): void {
  const { groups, atRisk } = table;
  const start = options.place * groups;
  const all = atRisk.subarray(start, start + groups).reduce((sum, count) => sum + count, 0);
  for (let one = 0; one < groups; one += 1) {
    const share = (atRisk[start + one] as number) / all;
    for (let other = 0; other < groups; other += 1) {
      const rest = (one === other ? 1 : 0) - (atRisk[start + other] as number) / all;
      const cell = one * groups + other;
      covariance[cell] = (covariance[cell] as number) + options.factor * share * rest;
    }
  }
}

function sumGroups(counts: Float64Array, place: number, groups: number): number {
  let sum = 0;
  for (let group = 0; group < groups; group += 1) sum += counts[place * groups + group] as number;
  return sum;
}

/**
 * The log-rank test of whether groups live alike. Mantel, N. (1966), Evaluation of survival data and two new rank order
 * statistics arising in its consideration, Cancer Chemotherapy Reports 50, 163–170; for many groups Kalbfleisch &
 * Prentice (2002), 1.5. A group that was there at no event tells nothing and counts for no degree of freedom.
 *
 * @param members the group of each lifetime, from 0
 * @param groups how many there are
 * @returns null when fewer than two groups can be compared
 * @example
 * runLogRankTest(lifetimes, Uint8Array.of(0, 1, 0, 1), 2)?.p; // 0.03
 */
export function runLogRankTest(
  lifetimes: Lifetimes,
  members: ArrayLike<number>,
  groups: number,
): LogRankTest | null {
  const table = buildRiskTable(lifetimes, members, groups);
  const [observed, expected] = [new Float64Array(groups), new Float64Array(groups)];
  const covariance = new Float64Array(groups * groups);
  for (let place = 0; place < table.times.length; place += 1) {
    const happened = sumGroups(table.events, place, groups);
    const all = sumGroups(table.atRisk, place, groups);
    if (happened === 0) continue;
    for (let group = 0; group < groups; group += 1) {
      const cell = place * groups + group;
      observed[group] = (observed[group] as number) + (table.events[cell] as number);
      expected[group] = (expected[group] as number) + (happened * (table.atRisk[cell] as number)) / all;
    }
    if (all > 1)
      addCovariance(covariance, table, { place, factor: (happened * (all - happened)) / (all - 1) });
  }
  // The last of those that can be compared follows from the others.
  const used = [...expected.keys()]
    .filter((group) => (covariance[group * (groups + 1)] as number) > 0)
    .slice(0, -1);
  const size = used.length;
  if (size === 0) return null;
  const matrix = Float64Array.from(
    used.flatMap((one) => used.map((other) => covariance[one * groups + other] as number)),
  );
  const factor = factorCholesky(matrix, size);
  if (factor === null) return null;
  const excess = Float64Array.from(
    used,
    (group) => (observed[group] as number) - (expected[group] as number),
  );
  const solved = solveCholesky(factor, excess);
  const chiSquare = excess.reduce((sum, value, index) => sum + value * (solved[index] as number), 0);
  return { ...buildChiSquareTest(chiSquare, size), observed: [...observed], expected: [...expected] };
}
