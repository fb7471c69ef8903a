import { quoteRelation } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';

function schemaOf({ schemaPrefix }: Engine): string {
  return `${schemaPrefix}scoring`;
}

type ScoringTable = 'models' | 'scores' | 'reasons';

/** A table of the score step, in the warehouse that an engine reads or builds. */
export function scoringTable(engine: Engine, name: ScoringTable): string {
  return quoteRelation(schemaOf(engine), name);
}

/** The same to write rows to. */
export function scoringTarget(engine: Engine, name: ScoringTable): { schema: string; name: string } {
  return { schema: schemaOf(engine), name };
}

/**
 * What the models of the score step say, in the warehouse beside the marts they are made from, so that both are
 * published together. The dbt project reads them as the source `scoring`.
 */
function renderTables(engine: Engine): string {
  const date = engine.dialect.typeName('date');
  return `
create table if not exists ${scoringTable(engine, 'models')} (
  model varchar, version varchar, usable_from ${date}, usable_to ${date}, trained_from ${date}, trained_to ${date},
  base_rate double precision, critical_from double precision, high_from double precision,
  medium_from double precision, fingerprint varchar, file varchar, card varchar
);
create table if not exists ${scoringTable(engine, 'scores')} (
  customer_id varchar, metric_date ${date}, model varchar, version varchar, log_odds double precision,
  probability double precision, tier varchar
);
create table if not exists ${scoringTable(engine, 'reasons')} (
  customer_id varchar, metric_date ${date}, model varchar, place integer, feature varchar, value varchar,
  contribution double precision, words varchar
);
`;
}

/**
 * Makes the tables of the score step where they are absent. Nothing that is there is touched.
 *
 * - `scoring.models`: one row per model ('churn', 'expansion') and version, two where a model from outside scored days between. It scores the days from `usable_from` to
 *   `usable_to` (NULL: until there is a newer one) and was trained on snapshots from `trained_from` to `trained_to`.
 * - `scoring.scores`: one row per customer, day and model.
 * - `scoring.reasons`: one row per customer, day, model and place, 1 the strongest; `contribution` in log-odds.
 */
export async function createScoringTables(engine: Engine): Promise<void> {
  await engine.execute(engine.dialect.createSchema(schemaOf(engine)));
  await engine.execute(renderTables(engine));
}
