import type { NumberBlock } from '../engines/index.ts';
import { mix, mixDay, saltOf } from './mix.ts';
import { PARAMETERS } from './parameters.ts';

/** What a customer is born with, column by column; all of one length, in order of signup. */
export interface Traits {
  /** The well-mixed 32-bit key its draws come from. */
  readonly key: Float64Array;
  /** Day of signup, counted from the first day of the history. */
  readonly signupDay: Float64Array;
  /** 1 starter, 2 growth, 3 enterprise. */
  readonly tier: Float64Array;
  readonly fit: Float64Array;
  /** Where satisfaction, engagement and appetite start, and where satisfaction and appetite return to. */
  readonly satisfactionHome: Float64Array;
  readonly appetiteHome: Float64Array;
  readonly satisfaction: Float64Array;
  readonly engagement: Float64Array;
  readonly appetite: Float64Array;
  /** Users of the first weeks. */
  readonly team: Float64Array;
  readonly size: Float64Array;
  readonly adoption: Float64Array;
  readonly retention: Float64Array;
  readonly integration: Float64Array;
}

/**
 * The columns of a customer-day, in order. Users are numbered as they are made, so two counts say who is there. Traits
 * go with every day because a join would lose the order of the rows.
 */
export const LIFE_COLUMNS = {
  customer_no: 'integer',
  /** By its place among all: DuckDB keeps the text once. */
  customer_id: 'scratch.customer',
  day_no: 'integer',
  k: 'integer',
  tier: 'integer',
  users_created: 'integer',
  users_new: 'integer',
  users_gone: 'integer',
  users_leaving: 'integer',
  s: 'double',
  e: 'double',
  q: 'double',
  g: 'double',
  week_noise: 'double',
  /** The 32-bit key of the day's draws. */
  day_key: 'double',
  size: 'double',
  fit: 'double',
  adoption: 'double',
  retention: 'double',
  integration: 'double',
} as const;

/** What became of the customers, by index: the day, or −1. */
export interface LifeEnds {
  readonly churnDay: Float64Array;
  readonly upgradeDay: Float64Array;
}

/** Rows of a block: what DuckDB takes at once. */
const BLOCK_ROWS = 2048;

/** Uniform on (0, 1): a draw of a day under a name's salt. */
function unit(key: number, salt: number): number {
  return (mix(key ^ salt) + 0.5) / 4294967296;
}

function countBits(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Heads among 32 fair coins, centred and scaled to variance 1: as a shock of many days it is as good as normal. */
function shock(key: number, salt: number): number {
  return (countBits(mix(key ^ salt)) - 16) / Math.SQRT1_2 / 4;
}

/** Weight of yesterday in a first-order autoregression, and scale of today's shock. */
function buildMemory(days: number, sd: number) {
  const keep = Math.exp(-1 / days);
  return { keep, scale: sd * Math.sqrt(1 - keep * keep) };
}

const SALTS = {
  satisfaction: saltOf('satisfaction'),
  engagement: saltOf('engagement'),
  appetite: saltOf('appetite'),
  incident: saltOf('incident'),
  away: saltOf('away'),
  churn: saltOf('churn'),
  upgrade: saltOf('upgrade'),
  hire: saltOf('hire'),
  departure: saltOf('departure'),
  week: saltOf('week'),
  weekRadius: saltOf('week radius'),
  weekAngle: saltOf('week angle'),
  draws: saltOf('draws'),
};

const MEMORY = {
  satisfaction: buildMemory(PARAMETERS.satisfaction.memoryDays, PARAMETERS.satisfaction.sd),
  engagement: buildMemory(PARAMETERS.engagement.memoryDays, PARAMETERS.engagement.sd),
  appetite: buildMemory(PARAMETERS.appetite.memoryDays, PARAMETERS.appetite.sd),
};

/** Days after which everybody of the first team has arrived. */
const ARRIVAL_LIMIT = 60;

const HIRE = Math.exp(PARAMETERS.users.hire);
const DEPARTURE = Math.exp(PARAMETERS.users.departure);

/** Share of the first team that has arrived, by days since signup. */
const ARRIVED = Float64Array.from(
  { length: ARRIVAL_LIMIT + 2 },
  (_, days) => 1 - Math.exp(-days / PARAMETERS.users.arrivalDays),
);

/** The state all customers are in, column by column. */
function createState(traits: Traits) {
  const count = traits.key.length;
  return {
    tier: traits.tier.slice(),
    satisfaction: traits.satisfaction.slice(),
    engagement: traits.engagement.slice(),
    appetite: traits.appetite.slice(),
    disengagement: new Float64Array(count),
    isAway: new Float64Array(count),
    usersCreated: new Float64Array(count),
    usersNew: new Float64Array(count),
    usersGone: new Float64Array(count),
    usersLeaving: new Float64Array(count),
    weekNoise: new Float64Array(count),
    dayKey: new Float64Array(count),
    churnDay: new Float64Array(count).fill(-1),
    upgradeDay: new Float64Array(count).fill(-1),
  };
}

type State = ReturnType<typeof createState>;

/** One customer on one day. */
interface Moment {
  readonly customer: number;
  readonly day: number;
  /** Days since signup. */
  readonly tenure: number;
  readonly key: number;
}

/** One kind of column everywhere: the fastest loop is the one that always sees the same. */
function at(column: Float64Array, index: number): number {
  return column[index] as number;
}

/** Leaving and moving up: hazards on the state of today, for tomorrow. */
function decide(state: State, { customer, day, tenure, key }: Moment): void {
  const { churn, upgrade } = PARAMETERS;
  const tier = at(state.tier, customer);
  const engagement = at(state.engagement, customer);
  if (at(state.churnDay, customer) >= 0) return;
  if (tenure >= churn.fromDay) {
    const hazard = Math.exp(
      churn.base +
        (churn.byTier[tier - 1] ?? 0) +
        churn.byDisengagement * at(state.disengagement, customer) +
        churn.byEngagement * engagement +
        churn.bySatisfaction * at(state.satisfaction, customer),
    );
    if (unit(key, SALTS.churn) < hazard) {
      state.churnDay[customer] = day + 1;
      return;
    }
  }
  if (tier === 3 || tenure < upgrade.fromDay || at(state.upgradeDay, customer) >= 0) return;
  const hazard = Math.exp(
    upgrade.base +
      (upgrade.byTier[tier - 1] ?? 0) +
      upgrade.byAppetite * at(state.appetite, customer) +
      upgrade.byEngagement * engagement,
  );
  if (unit(key, SALTS.upgrade) < hazard) {
    state.upgradeDay[customer] = day + 1;
    state.tier[customer] = tier + 1;
  }
}

/** Going away and coming back: a customer's disengagement deepens while it is away. */
function drift(traits: Traits, state: State, { customer, key }: Moment): void {
  const { disengagement } = PARAMETERS;
  const satisfaction = at(state.satisfaction, customer);
  const depth = at(state.disengagement, customer);
  const draw = unit(key, SALTS.away);
  if (state.isAway[customer] === 1) {
    state.disengagement[customer] = Math.min(disengagement.deepest, depth + disengagement.deepen);
    const hazard = disengagement.leaveRate * Math.exp(disengagement.leaveBySatisfaction * satisfaction);
    if (draw < hazard) state.isAway[customer] = 0;
    return;
  }
  state.disengagement[customer] = Math.max(0, depth - disengagement.recover);
  const hazard = Math.exp(
    disengagement.enter +
      (disengagement.enterByTier[at(state.tier, customer) - 1] ?? 0) +
      disengagement.enterByEngagement * at(state.engagement, customer) +
      disengagement.enterBySatisfaction * satisfaction +
      disengagement.enterByFit * at(traits.fit, customer),
  );
  if (draw < hazard) state.isAway[customer] = 1;
}

/** Moods return to where they are at home, and are shaken. */
function wander(traits: Traits, state: State, { customer, key }: Moment): void {
  const { satisfaction, engagement, appetite } = PARAMETERS;
  const mood = at(state.satisfaction, customer);
  const home = at(traits.satisfactionHome, customer);
  const engagementHome = engagement.byFit * at(traits.fit, customer) + engagement.bySatisfaction * mood;
  const appetiteShift = at(state.upgradeDay, customer) < 0 ? 0 : appetite.afterUpgrade;
  const appetiteHome = at(traits.appetiteHome, customer) + appetiteShift;
  const isIncident = unit(key, SALTS.incident) < satisfaction.incidentRate;
  state.satisfaction[customer] =
    home +
    (mood - home) * MEMORY.satisfaction.keep +
    MEMORY.satisfaction.scale * shock(key, SALTS.satisfaction) -
    (isIncident ? satisfaction.incidentDepth : 0);
  state.engagement[customer] =
    engagementHome +
    (at(state.engagement, customer) - engagementHome) * MEMORY.engagement.keep +
    MEMORY.engagement.scale * shock(key, SALTS.engagement);
  state.appetite[customer] =
    appetiteHome +
    (at(state.appetite, customer) - appetiteHome) * MEMORY.appetite.keep +
    MEMORY.appetite.scale * shock(key, SALTS.appetite);
}

/** People join in the first weeks, later one by one while the product is liked; the earliest but one leave first. */
function staff(traits: Traits, state: State, { customer, tenure, key }: Moment): void {
  const { users } = PARAMETERS;
  const team = at(traits.team, customer);
  const arrivals =
    tenure > ARRIVAL_LIMIT
      ? 0
      : Math.ceil(team * at(ARRIVED, tenure + 1)) - Math.ceil(team * at(ARRIVED, tenure));
  const mood =
    users.byEngagement * at(state.engagement, customer) +
    users.byDisengagement * at(state.disengagement, customer);
  const pull = Math.exp(mood);
  const isHire = tenure > 0 && unit(key, SALTS.hire) < team * HIRE * pull;
  const active = at(state.usersCreated, customer) - at(state.usersGone, customer);
  const isDeparture = active > 1 && tenure > 0 && unit(key, SALTS.departure) < (active * DEPARTURE) / pull;
  state.usersNew[customer] = arrivals + (isHire ? 1 : 0);
  state.usersCreated[customer] = at(state.usersCreated, customer) + at(state.usersNew, customer);
  state.usersLeaving[customer] = isDeparture ? 1 : 0;
  state.usersGone[customer] = at(state.usersGone, customer) + at(state.usersLeaving, customer);
}

/** The noise of a customer's week: standard normal, the same on all its days. */
function stir(traits: Traits, state: State, { customer, day }: Moment): void {
  if (day % 7 !== 0 && at(state.weekNoise, customer) !== 0) return;
  const key = mixDay(at(traits.key, customer) ^ SALTS.week, Math.floor(day / 7));
  const radius = Math.sqrt(-2 * Math.log(unit(key, SALTS.weekRadius)));
  state.weekNoise[customer] = radius * Math.cos(2 * Math.PI * unit(key, SALTS.weekAngle));
}

/** A customer's day before anything happens on it: who works there, what the week is like, the key of its draws. */
function begin(traits: Traits, state: State, { customer, day }: Pick<Moment, 'customer' | 'day'>): void {
  const tenure = day - at(traits.signupDay, customer);
  const moment = { customer, day, tenure, key: mixDay(at(traits.key, customer), tenure) };
  staff(traits, state, moment);
  stir(traits, state, moment);
  state.dayKey[customer] = mix(moment.key ^ SALTS.draws);
}

/** Columns of the block that come from a list of their own, in the order of `LIFE_COLUMNS` from the fifth on. */
function listSources(traits: Traits, state: State): readonly Float64Array[] {
  return [
    state.tier,
    state.usersCreated,
    state.usersNew,
    state.usersGone,
    state.usersLeaving,
    state.satisfaction,
    state.engagement,
    state.appetite,
    state.disengagement,
    state.weekNoise,
    state.dayKey,
    traits.size,
    traits.fit,
    traits.adoption,
    traits.retention,
    traits.integration,
  ];
}

type Column = Int32Array | Float64Array;

function gather(target: Column, source: Float64Array, customers: readonly number[]): void {
  for (let row = 0; row < customers.length; row += 1) target[row] = at(source, customers[row] as number);
}

/** A day of some customers, column by column: tight loops over one column each. */
function buildBlock(
  day: number,
  customers: readonly number[],
  sources: readonly Float64Array[],
): NumberBlock {
  const [signupDays, ...others] = sources;
  const columns: Column[] = Object.values(LIFE_COLUMNS).map((type) =>
    type === 'double' ? new Float64Array(customers.length) : new Int32Array(customers.length),
  );
  const [numbers, ids, days, tenures, ...rest] = columns as [Column, Column, Column, Column, ...Column[]];
  for (let row = 0; row < customers.length; row += 1) {
    numbers[row] = (customers[row] as number) + 1;
    ids[row] = customers[row] as number;
    tenures[row] = day - at(signupDays as Float64Array, customers[row] as number);
  }
  days.fill(day);
  for (const [index, column] of rest.entries()) gather(column, others[index] as Float64Array, customers);
  return { rows: customers.length, columns };
}

/**
 * The lives of all customers, day by day, side by side: satisfaction, engagement and appetite wander around their
 * homes, disengagement deepens while a customer is away, and leaving and moving up are hazards on the state of the
 * day. Nothing looks forward. Yields the customer-days in order of day, then customer.
 *
 * @param days length of the history; day 0 is its first, day `days` its last
 * @returns the days on which customers left and moved up
 */
export function* simulateLife(traits: Traits, days: number): Generator<NumberBlock, LifeEnds> {
  const state = createState(traits);
  const sources = [traits.signupDay, ...listSources(traits, state)];
  let present: number[] = [];
  let admitted = 0;
  for (let day = 0; day <= days; day += 1) {
    for (; admitted < traits.key.length && at(traits.signupDay, admitted) === day; admitted += 1)
      present.push(admitted);
    for (const customer of present) begin(traits, state, { customer, day });
    for (let start = 0; start < present.length; start += BLOCK_ROWS)
      yield buildBlock(day, present.slice(start, start + BLOCK_ROWS), sources);
    if (day === days) break;
    for (const customer of present) {
      const tenure = day - at(traits.signupDay, customer);
      const moment = { customer, day, tenure, key: mixDay(at(traits.key, customer), tenure) };
      decide(state, moment);
      drift(traits, state, moment);
      wander(traits, state, moment);
    }
    present = present.filter((customer) => at(state.churnDay, customer) !== day);
  }
  return state;
}
