import type { GeneratorContext } from './generator.ts';
import { writeTeamCosts } from './team-costs-store.ts';

const TEAM = {
  /**
   * Customers who ever signed up for each seat of a role, and the share of the seats that are there before the first
   * of them: who sells is needed sooner than who looks after customers.
   */
  roles: [
    { role: 'csm', team: 'Customer success', customersPerSeat: 60, startShare: 0.1 },
    { role: 'ae', team: 'Sales', customersPerSeat: 90, startShare: 0.4 },
    { role: 'sdr', team: 'Sales development', customersPerSeat: 150, startShare: 0.4 },
    { role: 'marketing', team: 'Marketing', customersPerSeat: 350, startShare: 0.4 },
  ],
  seatsPerManager: 8,
  /** Days before the history from which a first seat is surely taken, and over how many before that it was. */
  leadIn: 150,
  leadInSpread: 700,
  /** How long somebody stays, in weeks: at least, and how much longer in the mean. */
  leastWeeks: 28,
  moreWeeks: 210,
  /** How much a customer of each tier weighs in the book of a csm. */
  weights: [2, 3, 6],
  domain: 'harborcheck.example',
};

const ZONES = [
  'America/New_York',
  'America/Chicago',
  'America/Los_Angeles',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Stockholm',
];

/**
 * `scratch.seats`: one row per seat of the team, with the Monday from which it is taken. A team starts with some
 * seats; the others open one by one as customers sign up. Every eighth seat of a team brings a manager along.
 */
async function writeSeats({ engine, plan, chance }: GeneratorContext): Promise<void> {
  const kinds = TEAM.roles.map(({ role, team, customersPerSeat, startShare }, index) => {
    const seats = Math.floor(plan.customers / customersPerSeat) + 1;
    return `(${index + 1}, '${role}', '${team}', ${seats}, ${Math.ceil(seats * startShare)})`;
  });
  const start = `date '${plan.asOf}' - ${plan.days}`;
  await engine.execute(`
    create table scratch.seats as
    with kinds(kind_no, role, team, seats, first_seats) as (values ${kinds.join(', ')}),
    wanted as (
      select *, cast(unnest(range(seats)) as integer) as team_seat, ${chance.key('kind_no', 'first seat')} as h
      from kinds
    ), dated as (
      select wanted.*,
        case
          when team_seat = 0
            then ${start} - ${TEAM.leadIn + 7} - ${chance.pick('wanted.h', 'opened', TEAM.leadInSpread)}
          when team_seat < first_seats
            then ${start} - cast(${TEAM.leadIn} * (first_seats - team_seat) // first_seats as integer)
          else traits.signup_date
        end as day
      from wanted left join scratch.traits as traits
        on traits.customer_no
          = (team_seat - first_seats + 1)::bigint * ${plan.customers} // (seats - first_seats + 1)
    ), opened as (
      select kind_no, role, team, team_seat, day + cast((8 - isodow(day)) % 7 as integer) as opened from dated
    ), led as (
      select * from opened
      union all
      select kind_no + ${kinds.length}, 'manager', team, team_seat // ${TEAM.seatsPerManager}, opened
      from opened where team_seat % ${TEAM.seatsPerManager} = 0
    )
    select *, cast(row_number() over (partition by role order by opened, kind_no, team_seat) - 1 as integer) as seat
    from led
    where opened <= date '${plan.asOf}'
    order by kind_no, team_seat`);
}

/** `scratch.openings`: one row per role and day from the lead-in on, with the seats that are open: 0 … seats − 1. */
async function writeOpenings({ engine, plan }: GeneratorContext): Promise<void> {
  await engine.execute(`
    create table scratch.openings as
    with days as (
      select date '${plan.asOf}' - cast(place as integer) as day
      from range(${plan.days + TEAM.leadIn + 1}) as places(place)
    ), steps as (
      select role, opened, max(seat) + 1 as seats from scratch.seats
      where role <> 'manager'
      group by role, opened
    ), roles as (
      select distinct role from steps
    )
    select roles.role, days.day, steps.seats
    from roles cross join days
    asof join steps on steps.role = roles.role and days.day >= steps.opened
    order by roles.role, days.day`);
}

/** Who sits where, from when to when: whoever leaves is replaced on the next Monday. */
function renderStints({ plan, chance }: GeneratorContext): string {
  const { leastWeeks, moreWeeks, leadIn, leadInSpread } = TEAM;
  const most = Math.ceil((plan.days + leadIn + leadInSpread + 14) / (7 * leastWeeks)) + 1;
  const slot = `(kind_no * 65536 + team_seat) * 64 + stint`;
  return `
    keyed as (
      select seats.*, cast(stint as integer) as stint, ${chance.key(`(${slot})`, 'stint')} as h
      from scratch.seats as seats cross join range(${most}) as stints(stint)
    ), timed as (
      select *,
        7 * (${leastWeeks} + cast(floor(-ln(${chance.unit('h', 'weeks')}) * ${moreWeeks}) as integer)) as stay
      from keyed
    ), placed as (
      select *,
        opened + cast(sum(stay) over (partition by kind_no, team_seat order by stint) - stay as integer)
          as active_from
      from timed
    ), stints as (
      select *, active_from + stay - 1 as last_day
      from placed
      where active_from <= date '${plan.asOf}'
        and active_from + stay > date '${plan.asOf}' - ${plan.days + leadIn}
    ), members as (
      select *,
        case when last_day < date '${plan.asOf}' then last_day end as active_to,
        cast(row_number() over (order by active_from, kind_no, team_seat, stint) as integer) as member_no
      from stints
    )`;
}

/** A name as a part of an address. */
function renderLocalPart(name: string): string {
  return `regexp_replace(lower(strip_accents(${name})), '[^a-z]', '', 'g')`;
}

/**
 * `scratch.members`: one row per member of the team who was there at some time since the lead-in, numbered in order of
 * joining. `seat` counts within the role; a seat is never empty once it is open.
 */
async function writeMembers(context: GeneratorContext): Promise<void> {
  const { engine, chance } = context;
  const zones = ZONES.map((zone) => `'${zone}'`).join(', ');
  await engine.execute(`
    create table scratch.members as
    with ${renderStints(context)}, named as (
      select members.*, people.first_name, people.last_name,
        concat(${renderLocalPart('people.first_name')}, '.', ${renderLocalPart('people.last_name')}) as address,
        cast(row_number() over (partition by role order by member_no) as integer) as role_no,
        count(*) over (partition by role) as role_members
      from members
      inner join scratch.people as people
        on people.person_no = (members.member_no - 1) % (select count(*) from scratch.people)
    ), addressed as (
      select *, row_number() over (partition by address order by member_no) as namesake from named
    )
    select
      member_no,
      ${chance.shortId('m', 'member_no', 'member')} as member_id,
      role, team, team_seat, seat, active_from, active_to,
      concat(first_name, ' ', last_name) as name,
      concat(address, case when namesake > 1 then namesake end, '@${TEAM.domain}') as email,
      'U' || right(upper(${chance.shortId('u', 'member_no', 'slack')}), 8) as slack_id,
      [${zones}][1 + ${chance.pick('h', 'time zone', ZONES.length)}] as timezone,
      'Rep ' || lpad(role_no::varchar, greatest(2, length(role_members::varchar))::integer, '0') as rep_name
    from addressed
    order by member_no`);
}

/** Managers answer to the first manager of their team, the others to the one of their group of seats. */
async function writeTeamMembers({ engine, plan, stamp }: GeneratorContext): Promise<void> {
  await engine.execute(`
    insert into raw.team_members by name
    with asked as (
      select *,
        coalesce(active_to, date '${plan.asOf}') as day,
        case when role <> 'manager' then team_seat // ${TEAM.seatsPerManager} when team_seat > 0 then 0 end
          as manager_seat
      from scratch.members
    )
    select asked.member_id, asked.name, asked.email, asked.slack_id, asked.role, asked.team, asked.timezone,
      asked.active_from, asked.active_to, managers.member_id as manager_id, ${stamp}
    from asked
    left join scratch.members as managers
      on managers.role = 'manager' and managers.team = asked.team and managers.team_seat = asked.manager_seat
      and asked.day between managers.active_from and coalesce(managers.active_to, asked.day)
    order by asked.member_no`);
}

/**
 * `scratch.holders`: one row per seat of those who sell or look after customers and week from the lead-in on, with who
 * sits there. A seat is never empty once it is open.
 */
async function writeHolders({ engine, plan }: GeneratorContext): Promise<void> {
  const start = `date '${plan.asOf}' - ${plan.days + TEAM.leadIn}`;
  await engine.execute(`
    create table scratch.holders as
    select role, seat, member_id, rep_name,
      cast(unnest(generate_series(
        greatest(active_from, ${start} - cast(isodow(${start}) - 1 as integer)),
        coalesce(active_to, date '${plan.asOf}'), interval 7 day
      )) as date) as week
    from scratch.members
    where role in ('csm', 'ae', 'sdr')
    order by role, seat, week`);
}

/** Joins, as `holders`, whoever sits on a seat of a role on a day. */
export function renderHolder(place: { role: string; seat: string; day: string }): string {
  return `inner join scratch.holders as holders
      on holders.role = ${place.role} and holders.seat = ${place.seat}
      and holders.week = ${place.day} - cast(isodow(${place.day}) - 1 as integer)`;
}

/**
 * `scratch.csm_of`: one row per customer with the csm in charge: at the end of the history, or on the day on which it
 * left. Books weigh the same; the large customers go to those who have been there longest.
 */
async function writeBooks({ engine, plan }: GeneratorContext): Promise<void> {
  await engine.execute(`
    create table scratch.csm_of as
    with weighed as (
      select customer_no, tier, churn_date, coalesce(churn_date, date '${plan.asOf}') as day,
        [${TEAM.weights}][tier] as weight
      from scratch.accounts
    ), placed as (
      select *,
        cast(sum(weight) over (partition by churn_date is null order by tier desc, customer_no) as bigint) - weight
          as before,
        cast(sum(weight) over (partition by churn_date is null) as bigint) as total
      from weighed
    ), seated as (
      select placed.customer_no, placed.day, cast(placed.before * openings.seats // placed.total as integer) as seat
      from placed
      inner join scratch.openings as openings on openings.role = 'csm' and openings.day = placed.day
    )
    select seated.customer_no, seated.seat, holders.member_id
    from seated ${renderHolder({ role: "'csm'", seat: 'seated.seat', day: 'seated.day' })}
    order by seated.customer_no`);
}

/**
 * Who works for the company: `raw.team_members` and `raw.gtm_costs`; for the deals and contacts, the scratch tables
 * `members`, `holders`, `openings` and `csm_of`.
 */
export async function writeTeam(context: GeneratorContext): Promise<void> {
  await writeSeats(context);
  await writeOpenings(context);
  await writeMembers(context);
  await writeHolders(context);
  await writeTeamMembers(context);
  await writeBooks(context);
  await writeTeamCosts(context);
}
