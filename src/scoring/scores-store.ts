import { quoteLiteral } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { compileScore } from './compile-score-store.ts';
import type { Reason } from './explain-rows.ts';
import type { StoredModel } from './models-store.ts';
import type { Outcome } from './predictors.ts';
import { scoringTable } from './scoring-tables-store.ts';

/** The relations of the dbt project that the score step reads, quoted. */
export interface ScoringRelations {
  /** int_customer_predictor_days */
  readonly predictors: string;
  /** int_training_snapshots */
  readonly snapshots: string;
  /** int_restated_customers */
  readonly restated: string;
  /** customer_usage_decay, for the words of reasons */
  readonly usage: string;
}

/** The first of the days on which every customer has predictors; null where there are none. */
export async function fetchFirstDay(
  engine: Engine,
  { predictors }: ScoringRelations,
): Promise<string | null> {
  const [row] = await engine.query(
    `select cast(min(case when not is_month_end then metric_date end) as varchar) as first_day,
       cast(min(metric_date) as varchar) as earliest from ${predictors}`,
  );
  const day = row?.['first_day'] ?? row?.['earliest'] ?? null;
  return day === null ? null : String(day);
}

/** Drops the scores that no longer hold: of days before `from`, of restated customers, of models that are no longer there. */
export async function deleteStaleScores(
  engine: Engine,
  relations: ScoringRelations,
  { name, from }: { readonly name: string; readonly from: string },
): Promise<void> {
  await engine.execute(
    `delete from ${scoringTable(engine, 'scores')} where model = $1 and metric_date < cast($2 as date)`,
    [name, from],
  );
  await engine.execute(
    `delete from ${scoringTable(engine, 'scores')} where model = $1 and exists (
       select 1 from ${relations.restated} as restated
       where restated.customer_id = scores.customer_id and restated.restate_from <= scores.metric_date
     )`,
    [name],
  );
  await engine.execute(
    `delete from ${scoringTable(engine, 'scores')} where model = $1 and not exists (
       select 1 from ${scoringTable(engine, 'models')} as models
       where models.model = scores.model and models.version = scores.version
         and models.usable_from <= scores.metric_date
         and coalesce(models.usable_to, scores.metric_date) >= scores.metric_date
     )`,
    [name],
  );
}

/** Scores the days of a model that have no score yet, inside the engine. */
export async function writeScores(
  engine: Engine,
  relations: ScoringRelations,
  { outcome, stored }: { readonly outcome: Outcome; readonly stored: StoredModel },
): Promise<number> {
  const { version, usableFrom, usableTo, model } = stored;
  const bounds = [
    `metric_date >= cast(${quoteLiteral(usableFrom)} as date)`,
    ...(usableTo === null ? [] : [`metric_date <= cast(${quoteLiteral(usableTo)} as date)`]),
    ...(outcome.candidates === null ? [] : [outcome.candidates.days]),
  ];
  const unscored = `(
      select * from ${relations.predictors} as predictors
      where ${bounds.join(' and ')} and not exists (
        select 1 from ${scoringTable(engine, 'scores')} as scored
        where scored.model = ${quoteLiteral(outcome.name)}
          and scored.customer_id = predictors.customer_id and scored.metric_date = predictors.metric_date
      )
    ) as unscored`;
  return engine.execute(
    `insert into ${scoringTable(engine, 'scores')} (customer_id, metric_date, model, version, log_odds, probability, tier)
     select customer_id, metric_date, ${quoteLiteral(outcome.name)}, ${quoteLiteral(version)}, log_odds, probability, tier
     from (${compileScore(engine, model, { from: unscored, keys: ['customer_id', 'metric_date'] })}) as scores`,
  );
}

/** The change of usage of customers, by id, where it is known: -0.62 is 62 % less than the 30 days before. */
export async function fetchUsageChanges(
  engine: Engine,
  { usage }: Pick<ScoringRelations, 'usage'>,
): Promise<ReadonlyMap<string, number>> {
  const rows = await engine.query(
    `select customer_id, cast(events_last_30d as double precision) / events_prev_30d - 1 as usage_change
     from ${usage} where events_prev_30d > 0 and events_last_30d is not null`,
  );
  return new Map(rows.map((row) => [String(row['customer_id']), Number(row['usage_change'])]));
}

/** Why a customer has its score. */
export interface ReasonedRow {
  readonly customerId: string;
  readonly day: string;
  readonly reasons: readonly Reason[];
}

/** Reasons that are kept for each score, the strongest. */
const KEPT_REASONS = 5;
const ROWS_AT_ONCE = 2000;

const REASON_COLUMNS = {
  customer_id: 'varchar',
  metric_date: 'varchar',
  place: 'integer',
  feature: 'varchar',
  value: 'varchar',
  contribution: 'double precision',
  words: 'varchar',
} as const;

/** Rows in one parameter, as JSON: row by row through parameters takes many times as long. */
function renderJsonRows({ profile }: Engine): string {
  const columns = Object.entries(REASON_COLUMNS);
  if (profile.kind === 'postgres')
    return `json_to_recordset(cast($2 as json)) as given(${columns.map(([name, type]) => `${name} ${type}`).join(', ')})`;
  const shape = Object.fromEntries(
    columns.map(([name, type]) => [name, type === 'double precision' ? 'DOUBLE' : type]),
  );
  return `(select unnest(from_json($2, ${quoteLiteral(JSON.stringify([shape]))}), recursive := true)) as given`;
}

/** Puts the reasons of a model into the place of those that were there. */
export async function writeReasons(
  engine: Engine,
  name: string,
  rows: readonly ReasonedRow[],
): Promise<void> {
  await engine.execute(`delete from ${scoringTable(engine, 'reasons')} where model = $1`, [name]);
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const given = rows.slice(at, at + ROWS_AT_ONCE).flatMap(({ customerId, day, reasons }) =>
      reasons.slice(0, KEPT_REASONS).map(({ feature, value, contribution, words }, place) => ({
        customer_id: customerId,
        metric_date: day,
        place: place + 1,
        feature,
        value,
        contribution,
        words,
      })),
    );
    await engine.execute(
      `insert into ${scoringTable(engine, 'reasons')} (customer_id, metric_date, model, place, feature, value, contribution, words)
       select customer_id, cast(metric_date as date), $1, place, feature, value, contribution, words
       from ${renderJsonRows(engine)}`,
      [name, JSON.stringify(given)],
    );
  }
}
