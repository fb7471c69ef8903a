import { quoteLiteral } from '../base/index.ts';
import type { GeneratorContext } from './generator.ts';
import { renderLifeEnd } from './tickets-store.ts';

/** A goal in words, where it starts and, by tier at signup, where it should end. */
interface GoalText {
  readonly name: string;
  readonly unit: string;
  readonly baseline: number;
  readonly targets: readonly [number, number, number];
}

interface GoalKind {
  readonly type: string;
  /** Share of customers that agree on one, by tier at signup. */
  readonly shares: readonly [number, number, number];
  /** Days from signup to the target date, by tier. */
  readonly days: readonly [number, number, number];
  readonly texts: readonly GoalText[];
}

function text(name: string, unit: string, values: readonly [number, number, number, number]): GoalText {
  const [baseline, ...targets] = values;
  return { name, unit, baseline, targets };
}

/** What customers and their manager agree on at signup; the place of a kind is its number. */
const KINDS: readonly GoalKind[] = [
  {
    type: 'first_value',
    shares: [1, 1, 1],
    days: [30, 45, 60],
    texts: [text('First controls monitored by the team', 'events', [0, 40, 80, 160])],
  },
  {
    type: 'onboarding',
    shares: [1, 1, 1],
    days: [45, 60, 90],
    texts: [text('Systems connected', 'integrations', [0, 2, 3, 5])],
  },
  {
    type: 'roi',
    shares: [0.7, 0.8, 0.95],
    days: [365, 365, 365],
    texts: [
      text('Return on the first year', 'percent', [0, 100, 150, 200]),
      text('Cost of compliance saved', 'usd', [0, 12_000, 45_000, 180_000]),
    ],
  },
  {
    type: 'kpi',
    shares: [0.6, 0.8, 1],
    days: [180, 240, 300],
    texts: [
      text('Hours to prepare an audit', 'hours', [120, 60, 50, 40]),
      text('Controls monitored continuously', 'percent', [20, 70, 80, 90]),
      text('Evidence collected automatically', 'percent', [10, 60, 70, 80]),
      text('Days to close a finding', 'days', [30, 14, 10, 7]),
    ],
  },
  {
    type: 'certification',
    shares: [0.35, 0.5, 0.7],
    days: [240, 300, 365],
    texts: [
      text('SOC 2 Type II', 'certificates', [0, 1, 1, 1]),
      text('ISO 27001', 'certificates', [0, 1, 1, 1]),
      text('HIPAA', 'certificates', [0, 1, 1, 1]),
      text('PCI DSS', 'certificates', [0, 1, 1, 1]),
    ],
  },
  {
    type: 'custom',
    shares: [0.05, 0.1, 0.2],
    days: [180, 180, 270],
    texts: [text('Rolled out to a second team', 'users', [0, 1, 1, 1])],
  },
];

const KIND = Object.fromEntries(KINDS.map(({ type }, kind) => [type, kind]));

/** Goals in words are looked at once a week, on a working day, from this day of a life on. */
const FIRST_REVIEW = 60;

/** Level of adoption that a key figure takes, from `least` to the sum of both. */
const ADOPTION = { least: 0.46, spread: 0.38 } as const;

/** A return can be shown after a while, with a chance per week on satisfaction and engagement. */
const RETURN = { fromTenure: 90, base: -3.5, bySatisfaction: 0.5, byEngagement: 0.5 } as const;

/** An audit takes its time, adoption, and a date with the auditor: a chance per week. */
const AUDIT = { fromTenure: 120, adoption: 0.5, chance: 0.08 } as const;

/** Size of a second roll-out, as a multiple of the first team. */
const ROLLOUT = 1.3;

/** How far beyond its target a measured value may end, as a share of the way to it. */
const OVERSHOOT = 0.25;

/** Days within which most customers see first value. */
const EARLY_DAYS = 32;

/** Days of a stretch in which the day of first value is looked for: a divisor of the above. */
const BLOCK_DAYS = 8;

/** Second of the day at which the night's count is taken: everything that happened on the day is in it. */
const NIGHT = 86_399;

const DAY_MICROSECONDS = 86_400_000_000;

/** Goals and days of one customer that can be told apart. */
const MOST = 8;
const MOST_DAYS = 4096;

/** Reviews begin at nine and are over by five. */
const REVIEW_OPENS = 9 * 3600;
const REVIEW_SECONDS = 8 * 3600;

/** Goals by kind and text: the rows of a `values` list. */
function renderTexts(): string {
  return KINDS.flatMap(({ type, shares, days, texts }, kind) =>
    texts.map(({ name, unit, baseline, targets }, place) => {
      const words = [type, name, unit].map(quoteLiteral).join(', ');
      return `(${kind}, ${place}, ${texts.length}, ${words}, ${baseline}::double, [${targets}]::double[],
        [${days}], [${shares}]::double[])`;
    }),
  ).join(', ');
}

/** `scratch.goals`: one row per goal, numbered by customer and kind, with what it takes. */
async function writeAgreed(context: GeneratorContext): Promise<void> {
  const { engine, chance } = context;
  const columns = 'kind, place, texts, goal_type, name, unit, baseline, targets, days, shares';
  await engine.execute(`
    create table scratch.goals as
    with numbered as (
      select customer_no, customer_id, signup_date, tier, team, kind, customer_no::bigint * ${MOST} + kind as goal_no
      from scratch.traits cross join range(${KINDS.length}) as kinds(kind)
    ), keyed as (
      select *, ${chance.key('goal_no', 'goal')} as hg from numbered
    )
    select
      keyed.customer_no, customer_id, keyed.kind, goal_no, hg, goal_type, texts.name, unit, baseline,
      case keyed.kind when ${KIND['custom']} then greatest(ceil(${ROLLOUT} * team), team + 2) else targets[tier] end as target,
      signup_date + days[tier] as target_date
    from keyed
    inner join (values ${renderTexts()}) as texts(${columns})
      on texts.kind = keyed.kind and texts.place = ${chance.pick('hg', 'text', 'texts.texts')}
    where ${chance.unit('hg', 'agreed')} < shares[tier]
    order by goal_no`);
}

/** `scratch.first_wanted`: one row per customer with somebody activated, with what first value takes and from which day. */
async function writeFirstWanted(context: GeneratorContext): Promise<void> {
  const { engine, plan } = context;
  await engine.execute(`
    create table scratch.first_wanted as
    with activated as (
      select customer_id, cast(epoch_us(min(activated_at)) // ${DAY_MICROSECONDS} as integer)
        - (date '${plan.asOf}' - ${plan.days} - date '1970-01-01') as day_no
      from raw.users group by customer_id
    ), early as (
      select customer_no, cast(sum(events) as integer) as events from scratch.days where k < ${EARLY_DAYS} group by customer_no
    )
    select goals.customer_no, traits.signup_day, cast(goals.target as integer) as target, activated.day_no as from_day,
      early.events >= goals.target and activated.day_no < traits.signup_day + ${EARLY_DAYS} as is_early
    from scratch.goals as goals
    inner join scratch.traits as traits using (customer_no)
    inner join activated on activated.customer_id = traits.customer_id
    inner join early using (customer_no)
    where goals.kind = ${KIND['first_value']} and activated.day_no is not null`);
}

/**
 * `scratch.first_value`: one row per customer that has seen first value, with the first night on which it had so many
 * events behind it and a person who was activated, and how many events it were. Running sums of all days would cost too
 * much: first the stretch of days is found, then the day in it, and who got there early needs no later days.
 */
async function writeFirstValue(context: GeneratorContext): Promise<void> {
  await writeFirstWanted(context);
  await context.engine.execute(`
    create table scratch.first_value as
    with blocks as (
      select customer_no, k // ${BLOCK_DAYS} as block, cast(sum(events) as integer) as events
      from scratch.days
      where k < ${EARLY_DAYS} or customer_no in (select customer_no from scratch.first_wanted where not is_early)
      group by all
    ), placed as (
      select customer_no, block, events,
        cast(sum(events) over (partition by customer_no order by block rows unbounded preceding) as integer) as total
      from blocks
    ), found as (
      select customer_no, wanted.target, wanted.from_day, min(block) as block, min(total - events) as before
      from placed inner join scratch.first_wanted as wanted using (customer_no)
      where total >= wanted.target and wanted.signup_day + (block + 1) * ${BLOCK_DAYS} > wanted.from_day
      group by all
    ), summed as (
      select found.customer_no, found.target, found.from_day, days.day_no,
        found.before + cast(sum(days.events) over (
          partition by days.customer_no order by days.day_no rows unbounded preceding
        ) as integer) as total
      from scratch.days as days
      inner join found on found.customer_no = days.customer_no and found.block = days.k // ${BLOCK_DAYS}
    )
    select customer_no, min(day_no) as value_day, min(total) as value_events
    from summed
    where total >= target and day_no >= from_day
    group by customer_no`);
}

/** `scratch.onboarded`: one row per customer that has connected what it wanted to, with the day and how many it were. */
async function writeOnboarded(context: GeneratorContext): Promise<void> {
  await context.engine.execute(`
    create table scratch.onboarded as
    with summed as (
      select customer_no, day_no,
        cast(sum(connects) over (partition by customer_no order by day_no rows unbounded preceding) as integer) as total
      from scratch.days
      where connects > 0
    )
    select customer_no, min(summed.day_no) as connected_day, min(summed.total) as connected
    from summed inner join scratch.goals as goals using (customer_no)
    where goals.kind = ${KIND['onboarding']} and summed.total >= goals.target
    group by customer_no`);
}

/** `scratch.reviewed`: one row per customer, with the first weekly review at which each goal in words was found reached. */
async function writeReviewed(context: GeneratorContext): Promise<void> {
  const { engine, chance } = context;
  const held = `(
    select customer_no, day_no, k, s, e, adoption_level,
      ${chance.key(`customer_no::bigint * ${MOST_DAYS} + day_no`, 'review')} as hr
    from scratch.days
    where isodow(day) = 1 + customer_no % 5 and k >= ${FIRST_REVIEW}
  )`;
  await engine.execute(`
    create table scratch.reviewed as
    with levels as (
      select customer_no, ${ADOPTION.least} + ${ADOPTION.spread} * ${chance.unit('h', 'key figure')} as adoption_wanted
      from scratch.traits
    )
    select
      customer_no,
      min(day_no) filter (
        k >= ${RETURN.fromTenure} and u_return < exp(${RETURN.base} + ${RETURN.bySatisfaction} * s + ${RETURN.byEngagement} * e)
      ) as return_day,
      min(day_no) filter (adoption_level >= adoption_wanted) as figure_day,
      min(day_no) filter (k >= ${AUDIT.fromTenure} and adoption_level >= ${AUDIT.adoption} and u_audit < ${AUDIT.chance})
        as audit_day
    from ${chance.withDraws(held, 'hr', ['return+audit'])} inner join levels using (customer_no)
    group by customer_no`);
}

/** The day, in the history, on which a goal was reached. */
function renderDay(): string {
  return `case goals.kind
    when ${KIND['first_value']} then value_day
    when ${KIND['onboarding']} then connected_day
    when ${KIND['roi']} then return_day
    when ${KIND['kpi']} then figure_day
    when ${KIND['certification']} then audit_day
  end`;
}

/** What was reached: counted where it can be, measured a little beyond the target where it was agreed in words. */
function renderValue(): string {
  return `case
    when kind = ${KIND['first_value']} then value_events
    when kind = ${KIND['onboarding']} then connected
    when kind in (${KIND['certification']}, ${KIND['custom']}) then target
    else round(target + (target - baseline) * ${OVERSHOOT} * u_beyond, 1)
  end`;
}

/**
 * `raw.success_goals`: one row per goal agreed with a customer at signup. A goal is reached at the first moment at
 * which a condition on the customer's own past holds, and open when that has not come. A second team is there with the
 * first user beyond its number.
 */
export async function writeGoals(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance, stamp } = context;
  await writeAgreed(context);
  await writeFirstValue(context);
  await writeOnboarded(context);
  await writeReviewed(context);
  await engine.execute(`
    insert into raw.success_goals by name
    with invited as (
      select goals.customer_no, persons.created_at as invited_at
      from scratch.goals as goals
      inner join scratch.users as users
        on users.customer_no = goals.customer_no and users.user_no = cast(goals.target as integer)
      inner join raw.users as persons on persons.user_id = users.user_id
      where goals.kind = ${KIND['custom']}
    ), found as (
      select goals.*, value_events, connected, invited_at, ${renderLifeEnd(context)} as life_end,
        date '${plan.asOf}' - ${plan.days} + ${renderDay()} as day
      from ${chance.withDraws('scratch.goals', 'hg', ['beyond+hour'])} as goals
      inner join scratch.accounts as accounts using (customer_no)
      left join scratch.first_value using (customer_no)
      left join scratch.onboarded using (customer_no)
      left join scratch.reviewed using (customer_no)
      left join invited using (customer_no)
    ), timed as (
      select *,
        case
          when kind = ${KIND['custom']} then invited_at
          when kind in (${KIND['first_value']}, ${KIND['onboarding']}) then at_time(day, ${NIGHT})
          else at_time(day, ${REVIEW_OPENS} + floor(${REVIEW_SECONDS} * u_hour))
        end as reached_at
      from found
    ), known as (
      select * replace (case when reached_at < life_end then reached_at end as reached_at) from timed
    )
    select
      ${chance.shortId('g', 'goal_no', 'goal id')} as goal_id,
      customer_id,
      goal_type,
      name,
      unit,
      baseline as baseline_value,
      target as target_value,
      target_date,
      reached_at as achieved_at,
      case when reached_at is not null then ${renderValue()} end as achieved_value,
      ${stamp}
    from known
    order by goal_no`);
}
