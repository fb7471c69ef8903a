import { quoteLiteral } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { compileScore } from './compile-score-store.ts';
import type { Reason } from './explain-rows.ts';
import type { StoredModel } from './models-store.ts';
import type { Outcome } from './predictors.ts';
import { scoringTable, scoringTarget } from './scoring-tables-store.ts';

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

/** Which scores stay: those of the models, from a day on. */
export interface KeptScores {
  readonly name: string;
  readonly from: string;
  readonly models: readonly StoredModel[];
}

/** The days that the models of a name score, as a condition over the scores. */
function renderSpans(models: readonly StoredModel[], add: (value: string) => string): string {
  const spans = models.map(({ version, usableFrom, usableTo }) =>
    [
      `version = ${add(version)} and metric_date >= cast(${add(usableFrom)} as date)`,
      ...(usableTo === null ? [] : [`metric_date <= cast(${add(usableTo)} as date)`]),
    ].join(' and '),
  );
  return spans.length === 0 ? 'false' : spans.map((span) => `(${span})`).join(' or ');
}

/**
 * Drops the scores that no longer hold: of days before `from`, of restated customers, of models that are no longer there. ClickHouse
 * deletes by what a row itself has.
 */
export async function deleteStaleScores(
  engine: Engine,
  relations: ScoringRelations,
  { name, from, models }: KeptScores,
): Promise<void> {
  const scores = scoringTable(engine, 'scores');
  const parameters = [name, from];
  const spans = renderSpans(models, (value) => `$${parameters.push(value)}`);
  await engine.execute(
    `delete from ${scores} where model = $1 and (metric_date < cast($2 as date) or not (${spans}))`,
    parameters,
  );
  await engine.execute(
    `delete from ${scores} where model = $1 and (customer_id, metric_date) in (
       select scored.customer_id, scored.metric_date
       from ${scores} as scored
       inner join ${relations.restated} as restated
         on scored.customer_id = restated.customer_id and restated.restate_from <= scored.metric_date
       where scored.model = $1
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
  const days = [
    `metric_date >= cast(${quoteLiteral(usableFrom)} as date)`,
    ...(usableTo === null ? [] : [`metric_date <= cast(${quoteLiteral(usableTo)} as date)`]),
  ];
  const candidates = outcome.candidates === null ? [] : [outcome.candidates.days];
  const unscored = `(
      select predictors.* from (
        select * from ${relations.predictors} where ${[...days, ...candidates].join(' and ')}
      ) as predictors
      left join (
        select customer_id, metric_date, model from ${scoringTable(engine, 'scores')}
        where model = ${quoteLiteral(outcome.name)} and ${days.join(' and ')}
      ) as scored
        on predictors.customer_id = scored.customer_id and predictors.metric_date = scored.metric_date
      where scored.model is null
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
  model: 'varchar',
  place: 'integer',
  feature: 'varchar',
  value: 'varchar',
  contribution: 'double precision',
  words: 'varchar',
} as const;

type ReasonEntry = Readonly<Record<keyof typeof REASON_COLUMNS, string | number | null>>;

/** Rows in one parameter, as JSON: row by row through parameters takes many times as long. */
function renderJsonRows({ profile }: Engine): string {
  const columns = Object.entries(REASON_COLUMNS);
  if (profile.kind === 'postgres')
    return `json_to_recordset(cast($1 as json)) as given(${columns.map(([name, type]) => `${name} ${type}`).join(', ')})`;
  const shape = Object.fromEntries(
    columns.map(([name, type]) => [name, type === 'double precision' ? 'DOUBLE' : type]),
  );
  return `(select unnest(from_json($1, ${quoteLiteral(JSON.stringify([shape]))}), recursive := true)) as given`;
}

/** Appends reasons: ClickHouse takes rows as they are. */
async function appendReasons(engine: Engine, entries: readonly ReasonEntry[]): Promise<void> {
  const columns = Object.keys(REASON_COLUMNS) as (keyof ReasonEntry)[];
  if (engine.profile.kind === 'clickhouse') {
    const rows = entries.map((entry) => columns.map((column) => entry[column]));
    await engine.writeRows({ ...scoringTarget(engine, 'reasons'), columns }, rows);
    return;
  }
  const selected = columns.map((column) => (column === 'metric_date' ? 'cast(metric_date as date)' : column));
  await engine.execute(
    `insert into ${scoringTable(engine, 'reasons')} (${columns.join(', ')})
     select ${selected.join(', ')} from ${renderJsonRows(engine)}`,
    [JSON.stringify(entries)],
  );
}

/** Puts the reasons of a model into the place of those that were there. */
export async function writeReasons(
  engine: Engine,
  name: string,
  rows: readonly ReasonedRow[],
): Promise<void> {
  await engine.execute(`delete from ${scoringTable(engine, 'reasons')} where model = $1`, [name]);
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const entries = rows.slice(at, at + ROWS_AT_ONCE).flatMap(({ customerId, day, reasons }) =>
      reasons.slice(0, KEPT_REASONS).map(({ feature, value, contribution, words }, place) => ({
        customer_id: customerId,
        metric_date: day,
        model: name,
        place: place + 1,
        feature,
        value,
        contribution,
        words,
      })),
    );
    await appendReasons(engine, entries);
  }
}
