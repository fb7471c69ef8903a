import { renderOnDay } from './calendar-store.ts';
import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';

const DRAWS = ['radius', 'angle+sessions', 'connects+trials', 'tickets', 'visit'] as const;

/** Sessions of a customer's day that keys can tell apart. */
export const MOST_SESSIONS = 64;

/** The rates of a customer-day, from its state. */
function renderRates(): string {
  const { usage, integrations, trials, tickets } = PARAMETERS;
  return `
    ${usage.eventsPerDay} * activity * (1 - ${usage.startGap} * exp(-k / ${usage.startDays}::double))
      * exp(size + ${usage.byEngagement} * e + (${usage.byDisengagement}) * g + ${usage.weekNoise} * week_noise) as event_rate,
    exp(case when k < ${integrations.earlyDays} then ${integrations.early} else ${integrations.late} end
      + ${integrations.byFit} * fit + ${integrations.byEngagement} * e + integration) as connect_rate,
    case when tier < 3 then exp(${trials.base} + ${trials.byAppetite} * q + ${trials.byEngagement} * e) else 0 end
      as trial_rate,
    exp(${tickets.base} + ${tickets.bySize} * size + (${tickets.bySatisfaction}) * s + least(g, ${tickets.disengagementCap}))
      * (${tickets.steady} + ${tickets.start} * exp(-k / ${tickets.startDays}::double)) as ticket_rate,
    1 / (1 + exp(-(retention + ${usage.retentionByEngagement} * e + ${usage.retentionByFit} * fit
      + (${usage.retentionByDisengagement}) * g))) as retention_share,
    1 / (1 + exp(-(${usage.adoptionBase} + ${usage.adoptionByFit} * fit + adoption + ${usage.adoptionByEngagement} * e
      + (${usage.adoptionByDisengagement}) * g
      + ${usage.adoptionByTenure} * least(k, ${usage.adoptionTenureDays}) / ${usage.adoptionTenureDays}))) as adoption_level`;
}

/** Whether anybody comes on the day, and how much there is to do for those who do: the mean stays what it is. */
function renderVisit(): string {
  return `1 - exp(-${PARAMETERS.usage.visitsByRate} * event_rate) as visit_chance`;
}

/**
 * `scratch.days`: one row per customer and day of its life, in order of day, then customer: the counters of the day,
 * drawn from its state. No joins: they would lose the order. The row's number (`rowid`) stands for the day in keys.
 */
export async function writeDays(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance } = context;
  const { usage } = PARAMETERS;
  const keyed = '(select *, cast(day_key as bigint) as hd from scratch.life)';
  await engine.execute(`
    create table scratch.days as
    with drawn as (
      select *, ${renderOnDay('activity', 'day_no')} as activity from ${chance.withDraws(keyed, 'hd', DRAWS)}
    ), rated as (
      select *, ${renderRates()} from drawn
    ), visited as (
      select *, ${renderVisit()}, ${chance.normalOf('u_radius', 'u_angle')} as normal,
        exp(-connect_rate) as no_connect, exp(-trial_rate) as no_trial, exp(-ticket_rate) as no_ticket
      from rated
    ), counted as (
      select
        customer_no, customer_id, day_no, k, tier, hd, s, e, q, g, size, users_created, users_new, users_gone, users_leaving,
        retention_share, adoption_level, u_sessions,
        case when u_visit < visit_chance then ${chance.count('(event_rate / visit_chance)', 'normal')} else 0 end as ordinary,
        ${chance.rareCount('connect_rate', 'no_connect', 'u_connects')} as connects,
        ${chance.rareCount('trial_rate', 'no_trial', 'u_trials')} as trials,
        ${chance.rareCount('ticket_rate', 'no_ticket', 'u_tickets')} as tickets,
        case when k = 0 then users_new - 1 else users_new end as invites
      from visited
    ), summed as (
      select *, ordinary + connects + trials + invites as events from counted
    )
    select * exclude (u_sessions, ordinary),
      date '${plan.asOf}' - ${plan.days} + day_no as day,
      least(events, ${MOST_SESSIONS}, case when events = 0 then 0 else greatest(1,
        cast(round(events / ${usage.eventsPerSession} * (0.6 + 0.8 * u_sessions)) as integer)) end) as sessions
    from summed;
    drop table scratch.life`);
}
