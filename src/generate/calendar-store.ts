import { quoteLiteral } from '../base/index.ts';
import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';
import { EVENT_FEATURES, FEATURES, TIER_NAMES } from './product.ts';

async function writeFeatures(context: GeneratorContext): Promise<void> {
  const { engine, plan } = context;
  const rows = FEATURES.map(({ id, name, category, tier, released }, index) => {
    const day = Math.round(released * plan.days);
    return `(${index}, ${quoteLiteral(id)}, ${quoteLiteral(name)}, ${quoteLiteral(category)}, ${tier}, ${day})`;
  });
  await engine.execute(`
    create table scratch.features as
    select *, cast(row_number() over (order by released_day, place) as integer) as release_no
    from (values ${rows.join(', ')}) as features(place, feature_id, name, category, tier, released_day)`);
}

/** `scratch.calendar`: one row per day of the history, with what holds for everybody on it. */
async function writeDays(context: GeneratorContext): Promise<void> {
  const { usage } = PARAMETERS;
  const weekday = usage.weekdays.map((factor, index) => `when ${index + 1} then ${factor}`).join(' ');
  await context.engine.execute(`
    create table scratch.calendar as
    with days as (
      select cast(day_no as integer) as day_no, date '${context.plan.asOf}' - ${context.plan.days} + cast(day_no as integer) as day
      from range(${context.plan.days} + 1) as numbers(day_no)
    ), released as (
      select days.day_no, days.day, cast(count(features.place) as integer) as epoch,
        max(features.released_day) filter (features.released_day >= 0) as last_release
      from days left join scratch.features as features on features.released_day <= days.day_no
      group by all
    )
    select
      day_no,
      day,
      epoch,
      '2.' || greatest(epoch - 18, 0) || '.' || least(9, coalesce(day_no - last_release, day_no) // 14) as app_version,
      case isodow(day) ${weekday} end
        * (1 + ${usage.season} * sin(2 * pi() * dayofyear(day) / 365.25))
        * case when (month(day) = 12 and day(day) >= 23) or (month(day) = 1 and day(day) = 1) then 0.55 else 1 end
        * (1 + ${usage.releaseLift} * exp(-coalesce(day_no - last_release, 9999) / ${usage.releaseDays}::double))
        as activity,
      coalesce(day_no - last_release, 9999) as days_since_release
    from released
    order by day_no`);
}

/** Which features an event of a tier's customer may be about, once they are released. */
const POOLS = {
  used: "features.category <> 'integration' and features.tier <= tiers.tier",
  connect: "features.category = 'integration' and features.tier <= tiers.tier",
  trial: "features.category = 'premium' and features.tier = least(tiers.tier + 1, 3)",
} as const;

export type PoolName = keyof typeof POOLS;

/** Where the features of a kind begin in the list `pool`, and how many are out, for a cell: epoch × 4 + tier. */
export function renderPool(name: PoolName, cell: string): { readonly start: string; readonly size: string } {
  return {
    start: `getvariable('pool_${name}_start')[${cell} % 4]`,
    size: `getvariable('pool_${name}_size')[${cell}]`,
  };
}

/** A value of `scratch.calendar` on a day; a look-up where a join would lose the order of the rows. */
export function renderOnDay(
  column: 'activity' | 'epoch' | 'app_version' | 'days_since_release',
  dayNo: string,
) {
  return `getvariable('calendar_${column}')[${dayNo} + 1]`;
}

/** `scratch.pool`: the features of each kind and tier in order of release, so that those that are out come first. */
async function writePool(context: GeneratorContext): Promise<void> {
  const fixed = Object.values(EVENT_FEATURES).map((id, index) => `(${index + 1}, ${quoteLiteral(id)})`);
  const kinds = Object.entries(POOLS).map(
    ([kind, condition], index) => `
      select ${index} as kind_no, '${kind}' as kind, cast(tiers.tier as integer) as tier, features.release_no, features.feature_id
      from range(1, 4) as tiers(tier) inner join scratch.features as features on ${condition}`,
  );
  await context.engine.execute(`
    create table scratch.pool as
    select kind, tier, release_no, feature_id,
      cast(row_number() over (order by kind_no, tier, release_no) as integer) + ${fixed.length} as slot
    from (${kinds.join(' union all ')})
    union all
    select 'fixed', 0, 0, feature_id, slot from (values ${fixed.join(', ')}) as fixed(slot, feature_id)`);
}

/**
 * Variables of the connection that statements over millions of rows look things up in: `calendar_*` by day, `pool`
 * (features), and for each kind where a tier's part of it begins and how many of it are out, by cell.
 */
export async function writeLists(context: GeneratorContext): Promise<void> {
  const kinds = Object.keys(POOLS).map(
    (kind) => `
    set variable pool_${kind}_start = (
      select list(start order by tier) from (
        select tier, min(slot) as start from scratch.pool where kind = '${kind}' group by tier
      )
    );
    set variable pool_${kind}_size = (
      select list(size order by cell) from (
        select cell, cast(count(pool.slot) as integer) as size
        from range(1, (select max(epoch) from scratch.calendar) * 4 + 4) as cells(cell)
        left join scratch.pool as pool
          on pool.kind = '${kind}' and pool.tier = cells.cell % 4 and pool.release_no <= cells.cell // 4
        group by cell
      )
    );`,
  );
  const columns = ['activity', 'epoch', 'app_version', 'days_since_release'].map(
    (column) => `
    set variable calendar_${column} = (select list(${column} order by day_no) from scratch.calendar);`,
  );
  await context.engine.execute(`
    set variable pool = (select list(feature_id order by slot) from scratch.pool);
    ${kinds.join('')} ${columns.join('')}`);
}

/** What is the same for all customers: the calendar, the product and its releases; fills `raw.features`. */
export async function writeCalendar(context: GeneratorContext): Promise<void> {
  await writeFeatures(context);
  await writeDays(context);
  await writePool(context);
  await writeLists(context);
  const tiers = TIER_NAMES.map((name, index) => `when ${index + 1} then ${quoteLiteral(name)}`).join(' ');
  await context.engine.execute(`
    insert into raw.features by name
    select feature_id, name, category, case tier ${tiers} end as min_plan_tier,
      cast(day as timestamptz) + interval 9 hour as released_at,
      case when released_day < 0 then '1.' || release_no else '2.' || greatest(release_no - 18, 0) end as release_version,
      ${context.stamp}
    from (select *, date '${context.plan.asOf}' - ${context.plan.days} + cast(released_day as integer) as day from scratch.features)
    order by release_no`);
}
