import type { Engine } from '../engines/index.ts';
import { measureRocAuc } from '../statistics/index.ts';
import type { StoredModel } from './models-store.ts';
import type { Outcome } from './predictors.ts';
import { scoringTable } from './scoring-tables-store.ts';

/** How a model of the past did on what happened after it was in use. */
export interface Realised {
  readonly version: string;
  readonly usableFrom: string;
  readonly usableTo: string | null;
  /** What its card promised: ROC-AUC with its 95 % interval. */
  readonly promised: { readonly value: number; readonly low: number; readonly high: number };
  /** Customer-months it scored whose 90 days are over, and how many of them had the event. */
  readonly rows: number;
  readonly events: number;
  /** Null without rows, or when all or none had the event. */
  readonly rocAuc: number | null;
  /** Mean probability and share of events of those rows. */
  readonly predicted: number | null;
  readonly observed: number | null;
}

interface Scored {
  readonly probabilities: number[];
  readonly labels: number[];
}

/**
 * What each model said of the ends of months on which it was in use, held against what came of it: the promise of its card,
 * kept or not. The newest models have no such months yet.
 */
export async function fetchRealised(
  engine: Engine,
  outcome: Outcome,
  models: readonly StoredModel[],
): Promise<readonly Realised[]> {
  const scored = models.map((): Scored => ({ probabilities: [], labels: [] }));
  const findPlace = (version: string, day: string): number =>
    models.findIndex(
      (model) =>
        model.version === version &&
        model.usableFrom <= day &&
        (model.usableTo === null || day <= model.usableTo),
    );
  const rows = engine.stream(
    `select scores.version, cast(scores.metric_date as varchar), scores.probability, case when snapshots.${outcome.label} then 1 else 0 end
     from ${scoringTable(engine, 'scores')} as scores
     inner join int_training_snapshots as snapshots
       on scores.customer_id = snapshots.customer_id and scores.metric_date = snapshots.metric_date
     where scores.model = $1 and snapshots.${outcome.label} is not null`,
    [outcome.name],
  );
  for await (const chunk of rows) {
    for (const [version, day, probability, label] of chunk.rows) {
      const ofModel = scored[findPlace(String(version), String(day))];
      ofModel?.probabilities.push(Number(probability));
      ofModel?.labels.push(Number(label));
    }
  }
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length;
  return models.map(({ version, usableFrom, usableTo, card }, place) => {
    const { probabilities, labels } = scored[place] as Scored;
    return {
      version,
      usableFrom,
      usableTo,
      promised: card.figures.rocAuc,
      rows: labels.length,
      events: labels.filter((label) => label === 1).length,
      rocAuc: measureRocAuc(Float64Array.from(probabilities), Uint8Array.from(labels)),
      predicted: mean(probabilities),
      observed: mean(labels),
    };
  });
}
