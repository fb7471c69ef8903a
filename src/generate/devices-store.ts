import type { GeneratorContext } from './generator.ts';
import { byTier } from './traits-store.ts';

/** Who runs agents on its machines, by tier at signup, and how many more than one: the rest runs a single one. */
const FLEET = {
  shares: [0.2, 0.3, 0.5],
  second: [0.5, 0.65, 0.9],
  third: [0.2, 0.4, 0.7],
  /** Days from signup to the first possible day of installation, and the mean of what is added. */
  firstDay: 3,
  delayDays: 18,
  /** Chance per day that a device is taken out while the customer stays. */
  retires: 0.0003,
} as const;

/** Kinds of device, with the draw below which each is taken. */
const TYPES = [
  ['server agent', 0.55],
  ['laptop agent', 0.85],
  ['network sensor', 1],
] as const;

/** What a device does on a day. */
const READINGS = {
  /** Events a day of a customer of size 0, and how much they grow with its size and lie apart. */
  events: 240,
  bySize: 0.6,
  sd: 0.5,
  weekend: 0.7,
  /** Share of the events that are errors, on ordinary days and in an outage, up to twice these. */
  errors: 0.004,
  outageErrors: 0.09,
  /** Megabytes an event brings, about. */
  megabytes: 0.35,
} as const;

/** Outages: in each stretch of `stretch` days one may begin, and last up to `longest` days. */
const OUTAGE = { stretch: 16, chance: 0.055, byFit: -0.35, longest: 4 } as const;

const MINUTES = 1440;

/** Devices of a customer that can be told apart. */
const MOST = 4;

/** Minutes of the day between which devices are installed and taken out. */
const WORK_OPENS = 480;
const WORK_MINUTES = 540;

/**
 * `scratch.devices`: one row per device, with the days between which it ran and what kind of device it is. `end_day` is
 * the day after its last.
 */
async function writeFleet(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance } = context;
  await engine.execute(`
    create table scratch.devices as
    with owners as (
      select traits.*, coalesce(nullif(ends.churn_day, -1), ${plan.days} + 1) as leave_day,
        1 + cast(${chance.unit('h', 'second device')} < ${byTier(FLEET.second)} as integer)
          + cast(${chance.unit('h', 'second device')} < ${byTier(FLEET.third)} as integer) as devices
      from scratch.traits as traits inner join scratch.ends as ends using (customer_no)
      where ${chance.unit('h', 'devices')} < ${byTier(FLEET.shares)}
    ), numbered as (
      select *, customer_no::bigint * ${MOST} + unnest(range(devices)) as device_no from owners
    ), keyed as (
      select *, ${chance.key('device_no', 'device')} as hd from numbered
    ), drawn as (
      select
        customer_id, device_no, hd, leave_day,
        ${chance.shortId('d', 'device_no', 'device id')} as device_id,
        signup_day + ${FLEET.firstDay} + cast(floor(-ln(${chance.unit('hd', 'install')}) * ${FLEET.delayDays}) as integer)
          as first_day,
        1 + cast(floor(-ln(${chance.unit('hd', 'retire')}) / ${FLEET.retires}) as integer) as age,
        ${READINGS.events} * exp(${READINGS.bySize} * size + ${READINGS.sd} * ${chance.normal('hd', 'events')}) as usual,
        ${OUTAGE.chance} * exp(${OUTAGE.byFit} * fit) as outage_chance,
        ${WORK_OPENS} + ${chance.pick('hd', 'install minute', WORK_MINUTES)} as first_minute,
        ${WORK_OPENS} + ${chance.pick('hd', 'retire minute', WORK_MINUTES)} as last_minute
      from keyed
    )
    select *, first_day + age < least(leave_day, ${plan.days} + 1) as is_retired_early,
      least(leave_day, first_day + age + 1) as end_day
    from drawn
    where first_day < least(leave_day, ${plan.days} + 1)
    order by device_no`);
}

/** `raw.devices`: taken out when the customer leaves, or rarely before. */
async function writeDeviceRows(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance, stamp } = context;
  const start = `date '${plan.asOf}' - ${plan.days}`;
  const types = TYPES.slice(0, -1).map(([name, below]) => `when draw < ${below} then '${name}'`);
  await engine.execute(`
    insert into raw.devices by name
    with dated as (
      select *, ${start} + first_day as installed_day, ${start} + end_day - 1 as last_day,
        ${chance.unit('hd', 'device type')} as draw
      from scratch.devices
    )
    select
      device_id,
      customer_id,
      case ${types.join(' ')} else '${TYPES.at(-1)?.[0]}' end as device_type,
      at_time(installed_day, first_minute * 60) as installed_at,
      case
        when is_retired_early then at_time(last_day, last_minute * 60)
        when leave_day <= ${plan.days} then at_time(last_day + 1, 0)
      end as retired_at,
      ${stamp}
    from dated
    order by device_no`);
}

/**
 * `scratch.device_days`: one row per device and day it ran, in order of device, then day, with what it should have done.
 * A device's days come in stretches, so that an outage is drawn once for each and not for every day.
 */
async function writeDeviceDays(context: GeneratorContext): Promise<void> {
  const { engine, chance } = context;
  const { stretch, longest } = OUTAGE;
  const key = chance.subkey('hd', 'stretch_day');
  await engine.execute(`
    create table scratch.device_days as
    with stretched as (
      select *, cast(unnest(range(first_day, end_day, ${stretch})) as integer) as stretch_day from scratch.devices
    ), keyed as (
      select *, ${key} as hs from stretched
    ), broken as (
      select *, stretch_day + cast(floor(u_begins * ${stretch - longest + 1}) as integer) as down_day,
        case when u_outage < outage_chance then 1 + cast(floor(u_lasts * ${longest}) as integer) else 0 end as down_days
      from ${chance.withDraws('keyed', 'hs', ['outage', 'begins+lasts'])}
    ), dealt as (
      select *, cast(unnest(range(stretch_day, least(stretch_day + ${stretch}, end_day))) as integer) as day_no from broken
    )
    select
      device_id,
      day_no,
      day_no >= down_day and day_no < down_day + down_days as is_down,
      ${MINUTES}
        - case when day_no = first_day then first_minute else 0 end
        - case when day_no = end_day - 1 and is_retired_early then ${MINUTES} - last_minute else 0 end as expected,
      usual,
      ${chance.subkey('hd', 'day_no + 100000')} as hr
    from dealt`);
}

/**
 * `raw.device_days`: what was read on each day, worked out from the row alone: no joins, so the order stays. Four draws
 * of eight bits are enough for noise.
 */
async function writeReadings(context: GeneratorContext): Promise<void> {
  const { engine, plan, stamp } = context;
  const { weekend, errors, outageErrors, megabytes } = READINGS;
  await engine.execute(`
    insert into raw.device_days by name
    with read as (
      select device_id, expected, is_down, usual, date '${plan.asOf}' - ${plan.days} + day_no as day,
        cast(hr & 255 as integer) as loss,
        cast((hr >> 8) & 255 as integer) as load,
        cast((hr >> 16) & 255 as integer) as trouble,
        cast(hr >> 24 as integer) as weight
      from scratch.device_days
    ), lit as (
      select *,
        case when is_down then expected * (loss + 16) // 320 else greatest(0, expected - loss * loss // 9000) end as uptime
      from read
    ), counted as (
      select *, cast(usual * (180 + load) * uptime * case when isodow(day) > 5 then ${weekend}::double else 1 end
        / ${308 * MINUTES} as bigint) as sent
      from lit
    )
    select
      device_id,
      day,
      uptime as uptime_minutes,
      expected as expected_minutes,
      sent as events,
      cast(floor(sent * trouble * case when is_down then ${outageErrors / 128}::double else ${errors / 128} end
        + loss / 256) as bigint) as errors,
      round(sent * ${megabytes}::double * (180 + weight) / 308, 2) as volume,
      ${stamp}
    from counted`);
  await engine.execute('drop table scratch.device_days');
}

/** The agents customers run, and what they report: `raw.devices` and `raw.device_days`. */
export async function writeDevices(context: GeneratorContext): Promise<void> {
  await writeFleet(context);
  await writeDeviceRows(context);
  await writeDeviceDays(context);
  await writeReadings(context);
}
