import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';

const DRAWS = ['priority', 'topic', 'who+radius', 'angle+start', 'spread'] as const;

/** Share of high and critical tickets that are critical, and of the others that are medium. */
const CRITICAL_SHARE = 0.2;
const MEDIUM_SHARE = 0.55;

/** What tickets are about, with the weight of each: it knows the state of the day, not what comes of it. */
const TOPICS = {
  compliance: '1.1',
  integration: '0.85 * exp(0.45 * g)',
  billing: '0.7',
  onboarding: '0.45 * exp(0.45 * g) * case when k < 60 then 3.2 else 1 end',
  feature_request: '0.8 * exp(0.4 * q)',
} as const;

/** Hours to resolution by priority: the median; `spread` is the standard deviation of the logarithm. */
const RESOLUTION = {
  medians: { critical: 5, high: 11, medium: 26, low: 44 },
  spread: 0.75,
  /** Connecting things takes longer; what came in over the weekend waits for Monday's queue. */
  integrationFactor: 1.35,
  queueFactor: 1.3,
} as const;

/**
 * First and last second of the day in which tickets are opened, UTC; thickest in the middle. The first user, who asks on
 * the first day, is there before.
 */
const OPENS = 7 * 3600;
const CLOSES = 19 * 3600;

/** The moment after the last of the history. */
export function renderHistoryEnd(context: GeneratorContext): string {
  return `at_time(date '${context.plan.asOf}' + 1, 0)`;
}

/**
 * The moment from which on nothing of a customer is known: it has left, or the history is over. Needs `churn_date` in
 * scope; `least` passes over what is NULL.
 */
export function renderLifeEnd(context: GeneratorContext): string {
  return `least(at_time(churn_date, 0), ${renderHistoryEnd(context)})`;
}

/** A user of the day, from the seat among those that were there when it began; the first user always is. */
export function renderSeatUser(seat: string): string {
  return `case when ${seat} = 0 then 1 else users_gone + 1 + ${seat} end`;
}

/** The median hours to resolution of a ticket's priority. */
export function renderMedianHours(): string {
  const cases = Object.entries(RESOLUTION.medians).map(([name, hours]) => `when '${name}' then ${hours}`);
  return `case priority ${cases.join(' ')} end::double`;
}

/** The topic, by weights that are columns `weight_0` and so on. */
function renderTopic(): string {
  const names = Object.keys(TOPICS);
  const sum = (count: number) =>
    names
      .slice(0, count)
      .map((_, index) => `weight_${index}`)
      .join(' + ');
  const cases = names.slice(0, -1).map((name, index) => {
    return `when u_topic * (${sum(names.length)}) < ${sum(index + 1)} then '${name}'`;
  });
  return `case ${cases.join(' ')} else '${names.at(-1)}' end`;
}

/** One row per ticket, numbered, with its key and the state of its day. */
function renderOpened(context: GeneratorContext): string {
  return `(
    select *, ${context.chance.key('ticket_no', 'ticket')} as ht
    from (
      select *, row_number() over (order by day_no, customer_no, part) as ticket_no
      from (
        select customer_no, days.day_no, days.day, days.k, days.s, days.q, days.g, days.users_gone,
          accounts.customer_id, ${renderLifeEnd(context)} as life_end,
          unnest(range(days.tickets)) as part,
          greatest(1, days.users_created - days.users_new - days.users_gone) as seats
        from scratch.days as days inner join scratch.accounts as accounts using (customer_no)
        where days.tickets > 0 and coalesce(days.day < accounts.churn_date, true)
      )
    )
  )`;
}

/**
 * `scratch.tickets`: one row per ticket, in order of day. What a customer opens, how urgent it is and what it is about
 * come from the state of the day. A ticket that is still open when its customer leaves, or when the history ends, has
 * no resolution.
 */
async function writeOpened(context: GeneratorContext): Promise<void> {
  const { engine, chance } = context;
  const { urgentBase, urgentBySatisfaction, urgentByDisengagement } = PARAMETERS.tickets;
  const weights = Object.values(TOPICS).map((weight, index) => `${weight} as weight_${index}`);
  await engine.execute(`
    create table scratch.tickets as
    with weighed as (
      select
        *,
        1 / (1 + exp(-(${urgentBase} + (${urgentBySatisfaction}) * s + ${urgentByDisengagement} * g))) as urgency,
        ${weights.join(', ')},
        cast(floor(u_who * seats) as integer) as seat
      from ${chance.withDraws(renderOpened(context), 'ht', DRAWS)}
    ), judged as (
      select
        *,
        case
          when u_priority < urgency * ${CRITICAL_SHARE} then 'critical'
          when u_priority < urgency then 'high'
          when u_priority < urgency + (1 - urgency) * ${MEDIUM_SHARE} then 'medium'
          else 'low'
        end as priority,
        ${renderTopic()} as topic,
        ${renderSeatUser('seat')} as user_no,
        at_time(day, ${OPENS} + floor(${(CLOSES - OPENS) / 2} * (u_start + u_spread))) as created_at
      from weighed
    ), timed as (
      select
        *,
        greatest(1, cast(round(${renderMedianHours()}
          * exp(${RESOLUTION.spread} * ${chance.normalOf('u_radius', 'u_angle')})
          * case topic when 'integration' then ${RESOLUTION.integrationFactor} else 1 end
          * case when isodow(day) in (6, 7, 1) then ${RESOLUTION.queueFactor} else 1 end) as integer)) as hours
      from judged
    ), asked as (
      select timed.*, users.user_id,
        least(timed.life_end, at_time(users.left_day, 0)) as user_end
      from timed inner join scratch.users as users using (customer_no, user_no)
    ), closed as (
      select *, created_at + to_hours(hours) < life_end as is_resolved from asked
    )
    select
      ticket_no, ${chance.shortId('t', 'ticket_no', 'ticket id')} as ticket_id, ht, customer_no, customer_id, user_id,
      user_end, day, s, priority, topic, created_at,
      case when is_resolved then hours end as hours,
      case when is_resolved then created_at + to_hours(hours) end as resolved_at
    from closed
    order by ticket_no`);
}

/** Support: `raw.support_tickets`, and `scratch.tickets` for the questions asked afterwards. */
export async function writeTickets(context: GeneratorContext): Promise<void> {
  await writeOpened(context);
  await context.engine.execute(`
    insert into raw.support_tickets by name
    select
      ticket_id,
      customer_id,
      day as created_date,
      priority,
      hours as resolution_time,
      topic,
      created_at,
      resolved_at,
      user_id,
      ${context.stamp}
    from scratch.tickets
    order by ticket_no`);
}
