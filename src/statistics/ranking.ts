/** Rows from the highest score to the lowest, to be measured many times without sorting again. */
export interface Ranking {
  /** The rows in that order. */
  readonly order: Uint32Array;
  /** Where in `order` each run of equal scores ends (the place after its last row). */
  readonly ends: Uint32Array;
}

/** Scores, or their ranking when they are measured more than once. */
export type Scores = Float64Array | Ranking;

/**
 * Ranks scores, highest first.
 *
 * @example
 * const ranking = buildRanking(scores);
 * bootstrapInterval({ clusters, replicates: 200, chance, level: 0.95 }, (weights) => measureRocAuc(ranking, labels, weights));
 */
export function buildRanking(scores: Float64Array): Ranking {
  const order = Uint32Array.from(scores, (_, row) => row).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  );
  const ends: number[] = [];
  order.forEach((row, place) => {
    const next = order[place + 1];
    if (next === undefined || scores[next] !== scores[row]) ends.push(place + 1);
  });
  return { order, ends: Uint32Array.from(ends) };
}

function rank(scores: Scores): Ranking {
  return scores instanceof Float64Array ? buildRanking(scores) : scores;
}

/** Called for each run of equal scores, from the highest, with the weight of its rows of each label. */
function walkRuns(
  { scores, labels, weights }: { scores: Scores; labels: Uint8Array; weights: Float64Array | undefined },
  visit: (positives: number, negatives: number, lastRow: number) => void,
): void {
  const { order, ends } = rank(scores);
  let place = 0;
  for (const end of ends) {
    let [positives, negatives] = [0, 0];
    for (; place < end; place += 1) {
      const row = order[place] as number;
      const weight = weights === undefined ? 1 : (weights[row] as number);
      if (labels[row] === 1) positives += weight;
      else negatives += weight;
    }
    visit(positives, negatives, order[end - 1] as number);
  }
}

/**
 * The area under the ROC curve: the chance that a positive row has a higher score than a negative one, a tie counting
 * half.
 *
 * @returns null when the rows are all of one label
 * @example
 * measureRocAuc(Float64Array.of(0.9, 0.8, 0.3), Uint8Array.of(1, 0, 0)); // 1
 */
export function measureRocAuc(scores: Scores, labels: Uint8Array, weights?: Float64Array): number | null {
  let [seen, others, area] = [0, 0, 0];
  walkRuns({ scores, labels, weights }, (positives, negatives) => {
    area += negatives * (seen + positives / 2);
    seen += positives;
    others += negatives;
  });
  return seen > 0 && others > 0 ? area / seen / others : null;
}

/**
 * Average precision: the precision at each score that finds more positive rows, weighted by how many more it finds. It
 * stands for the area under the precision-recall curve, without drawing straight lines through it.
 *
 * @returns null without a positive row
 * @example
 * measurePrAuc(Float64Array.of(0.9, 0.8, 0.3), Uint8Array.of(1, 0, 1)); // (1 + 2 / 3) / 2
 */
export function measurePrAuc(scores: Scores, labels: Uint8Array, weights?: Float64Array): number | null {
  let [seen, all, area] = [0, 0, 0];
  walkRuns({ scores, labels, weights }, (positives, negatives) => {
    seen += positives;
    all += positives + negatives;
    if (positives > 0) area += (positives * seen) / all;
  });
  return seen > 0 ? area / seen : null;
}

export interface RocPoint {
  /** Rows of this score and above are called positive. */
  readonly threshold: number;
  /** Share of the negative rows called positive. */
  readonly falsePositives: number;
  /** Share of the positive rows called positive. */
  readonly truePositives: number;
}

/**
 * The points of the ROC curve, one for each different score, from the highest; the point where nothing is called
 * positive comes first.
 *
 * @returns null when the rows are all of one label
 * @example
 * buildRocCurve(Float64Array.of(0.9, 0.3), Uint8Array.of(1, 0))?.map(({ truePositives }) => truePositives); // [0, 1, 1]
 */
export function buildRocCurve(
  scores: Float64Array,
  labels: Uint8Array,
  weights?: Float64Array,
): readonly RocPoint[] | null {
  const counts = [{ threshold: Number.POSITIVE_INFINITY, falsePositives: 0, truePositives: 0 }];
  let [seen, others] = [0, 0];
  walkRuns({ scores, labels, weights }, (positives, negatives, lastRow) => {
    seen += positives;
    others += negatives;
    counts.push({ threshold: scores[lastRow] as number, falsePositives: others, truePositives: seen });
  });
  if (seen === 0 || others === 0) return null;
  return counts.map(({ threshold, falsePositives, truePositives }) => ({
    threshold,
    falsePositives: falsePositives / others,
    truePositives: truePositives / seen,
  }));
}

/** What calling the top share of the rows positive would find. */
export interface TopShare {
  /** Rows in the top: the share of all rows, rounded, at least 1. */
  readonly rows: number;
  /** The lowest score among them. */
  readonly threshold: number;
  /** Share of them that is positive. */
  readonly precision: number;
  /** Precision against the share of positives among all rows. */
  readonly lift: number;
  /** Share of all positive rows that is among them. */
  readonly recall: number;
  /** Share of the value of all positive rows that is among them; null without values. */
  readonly capturedValue: number | null;
}

/** Sums over the rows so far: positive ones, and their value. */
interface Found {
  readonly positives: number;
  readonly value: number;
}

function countFound(rows: Uint32Array, labels: Uint8Array, values: ArrayLike<number> | undefined): Found {
  let [positives, value] = [0, 0];
  for (const row of rows) {
    if (labels[row] !== 1) continue;
    positives += 1;
    value += values?.[row] ?? 0;
  }
  return { positives, value };
}

/**
 * Precision, lift and what is captured in the top share of the rows. Of rows tied at the border each counts for the
 * part of them that fits in, which is the mean over all orders of the tie.
 *
 * @param options `share` of the rows, 0 to 1; `values` of the rows, for example their monthly revenue
 * @returns null without a positive row
 * @example
 * measureTopShare(scores, labels, { share: 0.1, values: mrr }); // { lift: 3.1, capturedValue: 0.42, … }
 */
export function measureTopShare(
  scores: Float64Array,
  labels: Uint8Array,
  options: { readonly share: number; readonly values?: ArrayLike<number> | undefined },
): TopShare | null {
  const { order, ends } = buildRanking(scores);
  const all = countFound(order, labels, options.values);
  if (all.positives === 0) return null;
  const rows = Math.min(Math.max(Math.round(options.share * order.length), 1), order.length);
  const place = ends.findIndex((end) => end >= rows);
  const [start, end] = [ends[place - 1] ?? 0, ends[place] as number];
  const above = countFound(order.subarray(0, start), labels, options.values);
  const tied = countFound(order.subarray(start, end), labels, options.values);
  const part = (rows - start) / (end - start);
  const positives = above.positives + part * tied.positives;
  return {
    rows,
    threshold: scores[order[end - 1] as number] as number,
    precision: positives / rows,
    lift: positives / rows / (all.positives / order.length),
    recall: positives / all.positives,
    capturedValue: all.value === 0 ? null : (above.value + part * tied.value) / all.value,
  };
}
