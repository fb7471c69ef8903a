import type { Engine } from '../../src/engines/index.ts';
import { createScoringTables } from '../../src/scoring/index.ts';

/** The days that have made scores. */
export interface ScoredDays {
  readonly from: string;
  readonly to: string;
}

/**
 * Fills the tables of the score step with made probabilities, for every customer of the raw tables on every day: what the
 * models that read them do with a score does not depend on who gave it.
 */
export async function writeMadeScores(engine: Engine, { from, to }: ScoredDays): Promise<void> {
  await createScoringTables(engine);
  await engine.execute('delete from scoring.models; delete from scoring.scores; delete from scoring.reasons');
  await engine.execute(
    `insert into scoring.models (model, version, usable_from, base_rate)
     values ('churn', 'v1', date '${from}', 0.05), ('expansion', 'v1', date '${from}', 0.08)`,
  );
  await engine.execute(
    `insert into scoring.scores
     select customer_id, day, model, 'v1', ln(probability / (1 - probability)), probability,
       case when probability >= 0.2 then 'critical' when probability >= 0.1 then 'high'
         when probability >= 0.05 then 'medium' else 'low' end
     from (
       select customer_id, model, cast(day as date) as day,
         0.001 + cast(hash(customer_id || model || cast(day as date)) % 300 as double) / 1000 as probability
       from raw.customers
       cross join (values ('churn'), ('expansion')) as models (model)
       cross join generate_series(timestamp '${from}', timestamp '${to}', interval 1 day) as days (day)
     )`,
  );
  await engine.execute(
    `insert into scoring.reasons
     select customer_id, metric_date, model, place, 'mrr', '700', 0.5 / place, 'Reason ' || place
     from scoring.scores cross join generate_series(1, 4) as places (place)
     where metric_date in (date '${to}', last_day(metric_date))`,
  );
}
