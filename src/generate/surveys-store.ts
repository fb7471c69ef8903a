import type { GeneratorContext } from './generator.ts';
import { renderHistoryEnd, renderLifeEnd, renderMedianHours, renderSeatUser } from './tickets-store.ts';

/** The question whether they would recommend it, asked once a quarter. */
const RECOMMENDATION = {
  /** Asked on one of `spanDays` days of the quarter, from day `firstDay` on; not in the first days of a life. */
  firstDay: 10,
  spanDays: 60,
  fromTenure: 30,
  /** At most so many people of one customer. */
  people: 3,
  /** Whether they answer: a logistic on the engagement and disengagement of the day; and after how many hours. */
  answers: -0.6,
  answersByEngagement: 0.5,
  answersByDisengagement: -0.25,
  hours: 30,
  /** The score of a neutral day; its change with satisfaction; how far people, and their days, lie apart. */
  score: 8.6,
  bySatisfaction: 1.35,
  personSd: 1,
  daySd: 1,
} as const;

/** The question how the support was, asked some hours after a ticket was resolved. */
const SATISFACTION = {
  askedShare: 0.6,
  answeredShare: 0.4,
  hours: 12,
  score: 4.5,
  bySatisfaction: 0.45,
  /** Change for every e-fold of the usual time to resolution. */
  bySlowness: -0.35,
  sd: 0.8,
} as const;

/** Strangers asked every quarter whether they know the company: with a list (aided), and without. */
const BRAND = {
  respondents: 400,
  fewest: 100,
  /** Customers of a company that asks the full number. */
  fullAt: 5000,
  answeredShare: 0.8,
  /** Day of the quarter on which a wave begins, and how many days it takes. */
  firstDay: 40,
  spanDays: 10,
  kinds: [
    { type: 'brand_aided', awareness: 0.24, growth: 0.013 },
    { type: 'brand_unaided', awareness: 0.06, growth: 0.007 },
  ],
} as const;

/** Quarters, people or kinds of one customer or wave that can be told apart. */
const MOST = 64;

/** `scratch.quarters`: one row per quarter of the history, numbered from 1. */
async function writeQuarters(context: GeneratorContext): Promise<void> {
  await context.engine.execute(`
    create table scratch.quarters as
    select
      cast(row_number() over (order by starts) as integer) as quarter_no,
      starts,
      concat(year(starts), '-q', quarter(starts)) as wave
    from (select distinct cast(date_trunc('quarter', day) as date) as starts from scratch.calendar)
    order by quarter_no`);
}

/** One row per person asked in a quarter, with the state of its customer on the day. */
function renderAsked(context: GeneratorContext): string {
  const { chance } = context;
  const { firstDay, spanDays, fromTenure, people } = RECOMMENDATION;
  return `(
    with planned as (
      select accounts.customer_no, accounts.customer_id, ${renderLifeEnd(context)} as life_end,
        quarters.quarter_no, quarters.starts, quarters.wave,
        ${chance.subkey('accounts.h', 'quarters.quarter_no + 3000000')} as hq
      from scratch.accounts as accounts cross join scratch.quarters as quarters
    ), dated as (
      select *, starts + ${firstDay} + ${chance.pick('hq', 'nps day', spanDays)} as day from planned
    ), met as (
      select dated.*, days.s, days.e, days.g, days.users_gone,
        days.users_created - days.users_new - days.users_gone as seats
      from dated inner join scratch.days as days using (customer_no, day)
      where days.k >= ${fromTenure} and at_time(dated.day, 0) < life_end
    ), seated as (
      select *, unnest(range(least(seats, 1 + ${chance.pick('hq', 'nps people', people)}))) as part,
        ${chance.pick('hq', 'nps first', 'seats')} as first_seat
      from met
    ), placed as (
      select *, cast((first_seat + part) % seats as integer) as seat,
        (customer_no::bigint * ${MOST} + quarter_no) * 4 + part as answer_no
      from seated
    )
    select *, ${renderSeatUser('seat')} as user_no, ${chance.key('answer_no', 'nps')} as ha from placed
  )`;
}

/** One row per quarter and person asked: the score follows the satisfaction of the day on which it was asked. */
async function writeRecommendations(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  const nps = RECOMMENDATION;
  const draws = ['answers+delay', 'radius+angle', 'sent'];
  await engine.execute(`
    insert into raw.survey_responses by name
    with asked as (
      select drawn.*, users.user_id, ${chance.normal('users.h', 'nps')} as person,
        least(drawn.life_end, at_time(users.left_day, 0)) as user_end,
        at_time(drawn.day, 32400 + floor(7200 * u_sent)) as sent_at
      from ${chance.withDraws(renderAsked(context), 'ha', draws)} as drawn
      inner join scratch.users as users using (customer_no, user_no)
    ), answered as (
      select *,
        sent_at + to_seconds(cast(120 - ln(u_delay) * ${nps.hours * 3600} as bigint)) as answer_at,
        u_answers < 1 / (1 + exp(-(${nps.answers} + ${nps.answersByEngagement} * e
          + (${nps.answersByDisengagement}) * g))) as answers,
        least(10, greatest(0, round(${nps.score} + ${nps.bySatisfaction} * s + ${nps.personSd} * person
          + ${nps.daySd} * ${chance.normalOf('u_radius', 'u_angle')}))) as opinion
      from asked
    ), known as (
      select *, answers and answer_at < user_end as is_answered from answered
    )
    select
      ${chance.shortId('n', 'answer_no', 'nps id')} as response_id,
      'nps' as survey_type,
      customer_id,
      user_id,
      wave,
      sent_at,
      case when is_answered then answer_at end as responded_at,
      case when is_answered then opinion end as score,
      ${stamp}
    from known
    order by day, answer_no`);
}

/** One row per resolved ticket that is asked about: the score follows satisfaction and how long it took. */
async function writeSatisfaction(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  const csat = SATISFACTION;
  const draws = ['asked+answers', 'wait+delay', 'radius2+angle2'];
  await engine.execute(`
    insert into raw.survey_responses by name
    with asked as (
      select *, resolved_at + to_seconds(cast(3600 + 10800 * u_wait as bigint)) as sent_at
      from ${chance.withDraws('scratch.tickets', 'ht', draws)}
      where resolved_at is not null and u_asked < ${csat.askedShare}
    ), answered as (
      select *,
        sent_at + to_seconds(cast(60 - ln(u_delay) * ${csat.hours * 3600} as bigint)) as answer_at,
        least(5, greatest(1, round(${csat.score} + ${csat.bySatisfaction} * s
          + (${csat.bySlowness}) * ln(hours / ${renderMedianHours()})
          + ${csat.sd} * ${chance.normalOf('u_radius2', 'u_angle2')}))) as opinion
      from asked
    ), known as (
      select *, u_answers < ${csat.answeredShare} and answer_at < user_end as is_answered
      from answered
      where sent_at < user_end
    )
    select
      ${chance.shortId('c', 'ticket_no', 'csat id')} as response_id,
      'csat' as survey_type,
      customer_id,
      user_id,
      ticket_id,
      sent_at,
      case when is_answered then answer_at end as responded_at,
      case when is_answered then opinion end as score,
      ${stamp}
    from known
    order by ticket_no`);
}

/** One row per stranger and question of a wave: 1 when they know the company. Awareness grows with the quarters. */
async function writeBrand(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance, stamp } = context;
  const share = Math.min(1, plan.customers / BRAND.fullAt);
  const respondents = Math.max(BRAND.fewest, Math.round(BRAND.respondents * share));
  const kinds = BRAND.kinds.map(({ type, awareness, growth }, kind) => {
    return `(${kind}, '${type}', ${awareness}, ${growth})`;
  });
  const planned = `(
    select *, ${chance.key('answer_no', 'brand')} as ha
    from (
      select quarters.*, kinds.*,
        (quarters.quarter_no * ${MOST} + kinds.kind) * 1024::bigint + respondents.respondent as answer_no
      from scratch.quarters as quarters
      cross join (values ${kinds.join(', ')}) as kinds(kind, survey_type, awareness, growth)
      cross join range(${respondents}) as respondents(respondent)
    )
  )`;
  await engine.execute(`
    insert into raw.survey_responses by name
    with asked as (
      select *, at_time(starts + ${BRAND.firstDay} + cast(floor(${BRAND.spanDays} * u_day) as integer),
        28800 + floor(36000 * u_sent)) as sent_at
      from ${chance.withDraws(planned, 'ha', ['day+sent', 'answers+delay', 'knows'])}
    ), answered as (
      select *, sent_at + to_seconds(cast(60 - ln(u_delay) * 7200 as bigint)) as answer_at from asked
      where sent_at < ${renderHistoryEnd(context)} and sent_at >= at_time(date '${plan.asOf}' - ${plan.days}, 0)
    ), known as (
      select *, u_answers < ${BRAND.answeredShare} and answer_at < ${renderHistoryEnd(context)} as is_answered
      from answered
    )
    select
      ${chance.shortId('b', 'answer_no', 'brand id')} as response_id,
      survey_type,
      wave,
      sent_at,
      case when is_answered then answer_at end as responded_at,
      case when is_answered then cast(u_knows < awareness + growth * quarter_no as integer) end as score,
      ${stamp}
    from known
    order by answer_no`);
}

/**
 * `raw.survey_responses`: recommendation (nps) once a quarter, satisfaction with support (csat) after tickets, and
 * awareness of the brand among strangers. `scratch.quarters` is left for whoever counts in quarters.
 */
export async function writeSurveys(context: GeneratorContext): Promise<void> {
  await writeQuarters(context);
  await writeRecommendations(context);
  await writeSatisfaction(context);
  await writeBrand(context);
}
