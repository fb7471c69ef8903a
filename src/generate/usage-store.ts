import { quoteLiteral } from '../base/index.ts';
import { renderOnDay, renderPool } from './calendar-store.ts';
import { MOST_SESSIONS } from './days-store.ts';
import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';
import { EVENT_FEATURES, type EventType } from './product.ts';
import { renderUserId, renderUserNumber } from './users-store.ts';

/** What is drawn of a session when it is placed, and what only its own row needs. */
const PLACE_DRAWS = ['platform+who', 'start+spread', 'gap+views'] as const;
const ROW_DRAWS = ['failures+crash'] as const;

/** Platforms in the order of the draw, with the share up to each. */
const PLATFORMS = { api: 0.12, desktop: 0.8, mobile: 0.96, tablet: 1 } as const;

/** Calls per row of an API client of a customer of size 0. */
const API_CALLS = 120;

/** Spread of the adoption score within a day, in ten-thousandths. */
const NOISE = Math.round(PARAMETERS.usage.adoptionNoise * 10_000);

/** Seconds of the day in which sessions may begin: from six in the morning over fourteen hours, thickest at noon. */
const OPENS = 6 * 3600;
const OPEN_SECONDS = 14 * 3600;

/**
 * `scratch.sessions`: one row per session, in order, with the number of events it holds. A day's events are dealt out
 * evenly over its sessions; each session belongs to one of the users that are there on the day. `rank` is the place
 * of its first event among the day's, turned by a random amount: the lowest ranks connect, try, invite.
 */
async function writeSessions(context: GeneratorContext): Promise<void> {
  const { engine, chance } = context;
  const dealt = `(
    select
      customer_no, customer_id, day_no, day, tier, size, users_created, users_new, users_gone, retention_share, adoption_level,
      connects, connects + trials as offers, connects + trials + invites as specials,
      events as day_events,
      day_row * ${MOST_SESSIONS} + part as session_no,
      cast((part + 1) * events // sessions - part * events // sessions as integer) as events,
      cast((part * events // sessions + cast(hd as bigint)) % events as integer) as rank,
      ${chance.key(`day_row * ${MOST_SESSIONS} + part`, 'session')} as hs
    from (select *, rowid as day_row, unnest(range(sessions)) as part from scratch.days where sessions > 0)
  )`;
  await engine.execute(`
    create table scratch.sessions as
    with placed as (
      select *,
        u_platform < ${PLATFORMS.api} as is_api,
        ${renderOnDay('epoch', 'day_no')} * 4 + tier as cell,
        cast(floor(u_who * sqrt(u_who) * greatest(1, users_created - users_new - users_gone)) as integer) as seat,
        epoch_us(cast(day as timestamp)) + (${OPENS} + cast(${OPEN_SECONDS / 2} * (u_start + u_spread) as bigint)) * 1000000
          as start_us
      from ${chance.withDraws(dealt, 'hs', PLACE_DRAWS)}
    ), seated as (
      select *, case when seat = 0 then 1 else users_gone + 1 + seat end as user_no from placed
    ), referred as (
      select *, ${renderUserNumber('customer_no', 'user_no')} as person from seated
    )
    select
      customer_id, day_no, hs, day_events, events, rank, connects, offers, specials, start_us, u_platform, u_views, is_api, cell,
      1000 * least(15 + cast(60 * u_gap as integer), 14000 // events) as gap_ms,
      case when not is_api then ${renderUserId(chance, 'person')} end as user_id,
      ${chance.shortId('s', 'session_no', 'session')} as session_id,
      ${chance.uuidFront('session_no', 'events')} as front,
      cast(${API_CALLS} * exp(0.8 * size) * (0.3 + 1.4 * u_views) as integer) as batch,
      cast(least(10000 - ${NOISE}, greatest(0, adoption_level * 10000 - ${NOISE / 2})) as integer) as adoption,
      cast(retention_share * 65536 as integer) as retained,
      cast(ceil(${renderPool('used', 'cell').size} * (0.25 + 0.75 * adoption_level)) as integer) as known_features,
      ${renderPool('used', 'cell').start} as used_start
    from referred`);
}

/** `raw.product_sessions` from the sessions: errors and crashes rise for two weeks after a release. */
async function writeProductSessions(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  const platforms = Object.entries(PLATFORMS).map(
    ([name, share]) => `when u_platform < ${share} then '${name}'`,
  );
  await engine.execute(`
    insert into raw.product_sessions by name
    with counted as (
      select *,
        cast(events * (2 + 4 * u_views) * case when is_api then 5 else 1 end as integer) as request_count,
        0.006 * (1 + 2 * exp(-${renderOnDay('days_since_release', 'day_no')} / 6::double)) as error_share
      from ${chance.withDraws('scratch.sessions', 'hs', ROW_DRAWS)}
    )
    select session_id, customer_id, user_id,
      make_timestamptz(start_us) as started_at,
      make_timestamptz(start_us + events * gap_ms * 1000::bigint) as ended_at,
      case ${platforms.join(' ')} end as platform,
      ${renderOnDay('app_version', 'day_no')} as app_version,
      case when is_api then 0 else events + cast(floor(events * u_views) as integer) end as page_views,
      request_count,
      least(request_count, cast(floor(-ln(u_failures) * error_share * request_count + 0.3 * u_views) as integer)) as error_count,
      not is_api and u_crash < error_share * 0.6 as crashed,
      ${stamp}
    from counted`);
}

/** The types of events by number: first those that always concern one feature, numbered as its place in `pool`. */
const EVENT_TYPES: readonly string[] = [
  ...Object.keys(EVENT_FEATURES),
  'feature_used',
  'integration_connect',
  'premium_feature_trial',
];

function typeNo(type: EventType): number {
  return EVENT_TYPES.indexOf(type) + 1;
}

/** Place in `pool` of an event's feature: the known ones by habit, first ones most. */
function renderSlot(): string {
  const choice = (name: 'connect' | 'trial') => {
    const { start, size } = renderPool(name, 'cell');
    return `${start} + ((which * ${size}) >> 16)`;
  };
  return `case type_no
    when ${typeNo('feature_used')} then used_start + ((((which * which) >> 16) * known_features) >> 16)
    when ${typeNo('integration_connect')} then ${choice('connect')}
    when ${typeNo('premium_feature_trial')} then ${choice('trial')}
    else type_no
  end`;
}

/**
 * `raw.usage_events`, in order of day: what each event of each session was, when, and with which feature. Two draws
 * of 32 bits an event: what it is and which feature; its moment, its noise and, with the first, the end of its id.
 */
async function writeUsageEvents(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  const names = EVENT_TYPES.map((type, index) => `when ${index + 1} then ${quoteLiteral(type)}`);
  await engine.execute(`
    insert into raw.usage_events by name
    with dealt as (
      select customer_id, user_id, session_id, front, hs, rank, day_events, connects, offers, specials, is_api, retained, cell,
        used_start, known_features, start_us, gap_ms, adoption, batch, unnest(range(events)) as place
      from scratch.sessions
    ), keyed as (
      select *, ${chance.subkey('hs', 'place')} as key, (rank + place) % day_events as place_of_day from dealt
    ), drawn as (
      select *, ${chance.nextKey('key')} as other, key >> 16 as kind, key & 65535 as which from keyed
    ), typed as (
      select *,
        case
          when place_of_day < specials then case
            when place_of_day < connects then ${typeNo('integration_connect')}
            when place_of_day < offers then ${typeNo('premium_feature_trial')}
            else ${typeNo('user_invite')}
          end
          when is_api then ${typeNo('api_call')}
          when kind >= retained then ${typeNo('feature_used')}
          when kind * 20 >= retained * 13 then ${typeNo('report_view')}
          when kind * 10 >= retained * 3 then ${typeNo('monitoring_run')}
          else ${typeNo('evidence_upload')}
        end as type_no
      from drawn
    )
    select
      ${chance.uuidFrom('front', '((other & 127) << 32) | key')} as event_id,
      customer_id,
      make_timestamptz(start_us + (((place << 16) + (other >> 16)) * gap_ms >> 16) * 1000) as "timestamp",
      case type_no ${names.join(' ')} end as event_type,
      (adoption + ((other & 65535) * ${NOISE} >> 16)) / 10000::double as feature_adoption_score,
      user_id,
      session_id,
      getvariable('pool')[${renderSlot()}] as feature_id,
      case when type_no = ${typeNo('api_call')} then greatest(1, batch * (32768 + which) >> 16) else 1 end as quantity,
      ${stamp}
    from typed`);
}

/** What people and machines do in the product: `raw.product_sessions` and `raw.usage_events`. */
export async function writeUsage(context: GeneratorContext): Promise<void> {
  await writeSessions(context);
  await writeProductSessions(context);
  await writeUsageEvents(context);
}
