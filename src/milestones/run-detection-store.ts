import { errorText, quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { Dialect, Engine } from '../engines/index.ts';
import { compileDetection, type DetectionRange, type PlannedDefinition } from './compile-detection-store.ts';
import type { StoredDefinition } from './definition.ts';
import { prepareScope, renderScopeJoin, renderScopeStart } from './detection-scope-store.ts';
import { DAILY_RELATIONS, type FigureColumns, resolveSource } from './metric-source.ts';
import { bringRows, clearWarehouse, listEngines, type MilestoneEngines } from './milestone-engines-store.ts';

/** How far the multiples of `every` go: that many a day, that many years of a tenure. */
const STEPS = 1000;

/** A definition that could not be looked at, and why. */
export interface WaitingDefinition {
  readonly definition: StoredDefinition;
  readonly problem: string;
  readonly hint: string;
}

/** What a run found: it stands in the temporary table `milestones_detected` of the state. */
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
export async function planDefinitions(warehouse: Engine, all: readonly StoredDefinition[]) {
  const definitions = all.filter(({ enabled }) => enabled);
  const figures = await fetchFigures(warehouse, definitions);
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
  const numbers = Array.from({ length: STEPS }, (_, index) => `(${index + 1})`).join(', ');
  await engine.execute(
    `create temporary table milestone_steps as
     select cast(step as bigint) as step from (values ${numbers}) as steps(step)`,
  );
}

/** Temporary tables of a detection. */
const OWN_TABLES = ['milestone_scope', 'milestone_steps', 'milestone_leavers', 'milestones_detected'];

const DETECTED = ['id', 'customer_id', 'definition_id', 'occurrence', 'achieved_at', 'achieved_precision'];

async function prepareTables(engine: Engine): Promise<void> {
  for (const name of ['milestone_leavers', 'milestones_detected'])
    await engine.execute(`drop table if exists ${name}`);
  await prepareSteps(engine);
  await engine.execute(`create temporary table milestone_leavers as
    select customer_id, ${engine.dialect.startOfDay('churn_date')} as left_at from int_customers where churn_date is not null`);
  await engine.execute(`create temporary table milestones_detected as
    select cast(null as uuid) as id, cast(null as text) as customer_id, cast(null as uuid) as definition_id,
      cast(null as text) as occurrence, cast(null as timestamptz) as achieved_at, cast(null as text) as achieved_precision
    where false`);
}

/** Brings the findings of definitions that were looked at: of another there may be some where a statement can end halfway. */
async function bringDetected(engines: MilestoneEngines, done: readonly PlannedDefinition[]): Promise<void> {
  if (done.length === 0) return;
  const ids = done.map(({ definition }) => `cast('${definition.id}' as uuid)`).join(', ');
  await bringRows(engines, {
    name: 'milestones_detected',
    columns: DETECTED,
    where: `definition_id in (${ids})`,
  });
}

/** Joins the plan a customer had at the moment of a finding: one, since the times of its plans do not overlap. */
function renderTierJoin({ segment = {} }: StoredDefinition, { startOfDay }: Dialect): string {
  if (segment.plan_tier === undefined) return '';
  return `inner join int_customer_tiers as tiers on found.customer_id = tiers.customer_id
      and ${startOfDay('tiers.valid_from')} <= found.achieved_at and ${startOfDay('tiers.ends_on')} > found.achieved_at`;
}

/** Findings whose customer was in the segment, by its plan of that day and the rest as it is now; the customer has to be known. */
function renderSegment({ condition, segment = {} }: StoredDefinition): string {
  const conditions = Object.entries(segment).map(([column, values]) => {
    const table = column === 'plan_tier' ? 'tiers' : 'customers';
    return { table, sql: `${table}.${column} in (${values.map(quoteLiteral).join(', ')})` };
  });
  const ofTier = conditions.filter(({ table }) => table === 'tiers').map(({ sql }) => `and ${sql}`);
  const ofCustomer = conditions.filter(({ table }) => table === 'customers').map(({ sql }) => sql);
  // Our models have rows of known customers only; one of the user's may name others.
  if (ofCustomer.length === 0 && condition.sql_model === undefined) return ofTier.join('');
  const where = ofCustomer.length === 0 ? '' : `where ${ofCustomer.join(' and ')}`;
  return `${ofTier.join('')}
      and found.customer_id in (select customers.customer_id from int_customers as customers ${where})`;
}

/** What one definition finds of known customers, before they left, within what is known and the scope; each with its id. */
function compileDetected(plan: PlannedDefinition, range: DetectionRange, dialect: Dialect): string {
  const { definition } = plan;
  const { scope, end } = range;
  return `insert into milestones_detected
    select
      cast(${dialect.hash(`found.customer_id || '|${definition.id}|' || found.occurrence`)} as uuid) as id,
      found.customer_id, found.definition_id, found.occurrence, found.achieved_at, found.achieved_precision
    from (${compileDetection(plan, range, dialect)}) as found
    left join milestone_leavers as leavers on found.customer_id = leavers.customer_id
    ${renderTierJoin(definition, dialect)}
    ${renderScopeJoin(scope, 'found')}
    where found.achieved_at < ${dialect.startOfDay(`cast('${end}' as date) + 1`)}
      and found.achieved_at >= ${renderScopeStart({ ...scope, dialect })}
      and (leavers.left_at is null or leavers.left_at > found.achieved_at)
      ${renderSegment(definition)}`;
}

/**
 * Finds all milestones of the definitions in the days that are looked at, set by set, and leaves them in the temporary
 * table `milestones_detected` of the state (id, customer_id, definition_id, occurrence, achieved_at, achieved_precision). Nothing
 * is recorded. Anniversaries are found in the state: its database knows the calendars of time zones.
 *
 * @returns what was looked at, and the definitions that could not be
 */
export async function runDetection(engines: MilestoneEngines, request: DetectionRequest): Promise<Detection> {
  const { state, warehouse } = engines;
  const { planned, waiting } = await planDefinitions(warehouse, request.definitions);
  const range = { scope: await prepareScope(engines, request.since), end: request.asOf };
  for (const engine of listEngines(engines)) await prepareTables(engine);
  const done: PlannedDefinition[] = [];
  for (const plan of planned) {
    const engine = plan.source.kind === 'tenure' ? state : warehouse;
    try {
      await engine.execute(compileDetected(plan, range, engine.dialect));
      done.push(plan);
    } catch (error) {
      // Only a model of the user's own can be of a shape that no check foresaw; the others are not held up by it.
      if (plan.definition.condition.sql_model === undefined) throw error;
      waiting.push({ definition: plan.definition, problem: errorText(error), hint: 'Correct the model.' });
    }
  }
  await bringDetected(engines, done);
  await clearWarehouse(engines, OWN_TABLES);
  return { range, planned: done, waiting };
}
