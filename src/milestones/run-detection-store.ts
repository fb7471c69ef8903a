import { errorText, quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { compileDetection, type DetectionRange, type PlannedDefinition } from './compile-detection-store.ts';
import type { StoredDefinition } from './definition.ts';
import { prepareScope, renderMidnight, renderScopeJoin, renderScopeStart } from './detection-scope-store.ts';
import { DAILY_RELATIONS, type FigureColumns, resolveSource } from './metric-source.ts';

/** How far the multiples of `every` go: that many a day, that many years of a tenure. */
const STEPS = 1000;

/** A definition that could not be looked at, and why. */
export interface WaitingDefinition {
  readonly definition: StoredDefinition;
  readonly problem: string;
  readonly hint: string;
}

/** What a run found: it stands in the temporary table `milestones_detected`. */
export interface Detection {
  readonly range: DetectionRange;
  readonly planned: readonly PlannedDefinition[];
  readonly waiting: readonly WaitingDefinition[];
}

/** What is looked for, and how far. */
export interface DetectionRequest {
  readonly definitions: readonly StoredDefinition[];
  /** The last day the warehouse knows of. */
  readonly asOf: string;
  /** The first day that may have changed since the last run; null looks at all days. */
  readonly since: string | null;
}

/** The figures the definitions may read in this warehouse. */
async function fetchFigures(
  engine: Engine,
  definitions: readonly StoredDefinition[],
): Promise<FigureColumns> {
  const models = definitions.flatMap(({ condition }) => condition.sql_model ?? []);
  const figures = new Map<string, ReadonlySet<string>>();
  for (const name of new Set([...DAILY_RELATIONS, ...models])) {
    // Bound by its bare name, as the queries will: an engine that looks into two databases lists only one.
    const columns = await engine.describe(`select * from ${quoteIdentifier(name)}`).catch(() => null);
    if (columns !== null) figures.set(name, new Set(columns.map((column) => column.name)));
  }
  return figures;
}

/** What each definition reads in this warehouse, and those that find nothing to read. */
export async function planDefinitions(engine: Engine, all: readonly StoredDefinition[]) {
  const definitions = all.filter(({ enabled }) => enabled);
  const figures = await fetchFigures(engine, definitions);
  const planned: PlannedDefinition[] = [];
  const waiting: WaitingDefinition[] = [];
  for (const definition of definitions) {
    const resolved = resolveSource(definition.condition, figures);
    if ('source' in resolved) planned.push({ definition, source: resolved.source });
    else waiting.push({ definition, ...resolved });
  }
  return { planned, waiting };
}

/** The numbers from 1 on, as many as `every` may count. */
export async function prepareSteps(engine: Engine): Promise<void> {
  await engine.execute('drop table if exists milestone_steps');
  await engine.execute(
    `create temporary table milestone_steps as select step from generate_series(1, ${STEPS}) as steps(step)`,
  );
}

async function prepareTables(engine: Engine): Promise<void> {
  for (const name of ['milestone_leavers', 'milestones_detected'])
    await engine.execute(`drop table if exists ${name}`);
  await prepareSteps(engine);
  await engine.execute(`create temporary table milestone_leavers as
    select customer_id, ${renderMidnight('churn_date')} as left_at from int_customers where churn_date is not null`);
  await engine.execute(`create temporary table milestones_detected (
    id uuid not null, customer_id text not null, definition_id uuid not null, occurrence text not null,
    achieved_at timestamptz not null, achieved_precision text not null)`);
}

/** Those findings whose customer was in the segment: by its plan of that day, by the rest as it is now. */
function renderSegment({ segment = {} }: StoredDefinition): string {
  const conditions = Object.entries(segment).map(([column, values]) => {
    const table = column === 'plan_tier' ? 'tiers' : 'customers';
    return `${table}.${column} in (${values.map(quoteLiteral).join(', ')})`;
  });
  if (conditions.length === 0) return '';
  const tiers = `inner join int_customer_tiers as tiers on customers.customer_id = tiers.customer_id
        and ${renderMidnight('tiers.valid_from')} <= found.achieved_at and ${renderMidnight('tiers.ends_on')} > found.achieved_at`;
  return `and exists (
      select 1 from int_customers as customers ${segment.plan_tier === undefined ? '' : tiers}
      where customers.customer_id = found.customer_id and ${conditions.join(' and ')})`;
}

/** Our models have rows of known customers only; one of the user's may name others. */
function renderKnown({ definition }: PlannedDefinition): string {
  if (definition.condition.sql_model === undefined) return '';
  return 'and exists (select 1 from int_customers as known where known.customer_id = found.customer_id)';
}

/** What one definition finds of known customers, before they left, within what is known and the scope; each with its id. */
function compileDetected(plan: PlannedDefinition, range: DetectionRange): string {
  const { scope, end } = range;
  return `insert into milestones_detected
    select
      cast(md5(found.customer_id || '|${plan.definition.id}|' || found.occurrence) as uuid) as id,
      found.customer_id, found.definition_id, found.occurrence, found.achieved_at, found.achieved_precision
    from (${compileDetection(plan, range)}) as found
    ${renderScopeJoin(scope, 'found')}
    where found.achieved_at < ${renderMidnight(`cast('${end}' as date) + 1`)}
      and found.achieved_at >= ${renderScopeStart(scope)}
      and not exists (
        select 1 from milestone_leavers as leavers
        where leavers.customer_id = found.customer_id and leavers.left_at <= found.achieved_at)
      ${renderKnown(plan)}
      ${renderSegment(plan.definition)}`;
}

/**
 * Finds all milestones of the definitions in the days that are looked at, set by set, and leaves them in the temporary
 * table `milestones_detected` (id, customer_id, definition_id, occurrence, achieved_at, achieved_precision). Nothing
 * is recorded. The engine sees the models of the warehouse by their bare names.
 *
 * @returns what was looked at, and the definitions that could not be
 */
export async function runDetection(engine: Engine, request: DetectionRequest): Promise<Detection> {
  const { planned, waiting } = await planDefinitions(engine, request.definitions);
  const range = { scope: await prepareScope(engine, request.since), end: request.asOf };
  await prepareTables(engine);
  const done: PlannedDefinition[] = [];
  for (const plan of planned) {
    try {
      await engine.execute(compileDetected(plan, range));
      done.push(plan);
    } catch (error) {
      // Only a model of the user's own can be of a shape that no check foresaw; the others are not held up by it.
      if (plan.definition.condition.sql_model === undefined) throw error;
      waiting.push({ definition: plan.definition, problem: errorText(error), hint: 'Correct the model.' });
    }
  }
  return { range, planned: done, waiting };
}
