import { mix, saltOf } from './mix.ts';

/** Largest value of 32 bits. */
const MASK = 0xffffffff;

/** A factor of 32 bits as the negative number with the same low 32 bits: its products fit a BIGINT, the quick way. */
function signed(factor: number): number {
  return factor | 0;
}

/**
 * Macros every statement of the generator may use. `mix` is MurmurHash3's finalizer on numbers of 32 bits: the same on
 * every version of DuckDB, unlike its own `hash`, and independent of threads, unlike `random`.
 */
export const MACROS = `
create or replace temp macro mix_a(x) as ((xor(x, x >> 16) * ${signed(0x85ebca6b)}) & ${MASK});
create or replace temp macro mix_b(x) as ((xor(x, x >> 13) * ${signed(0xc2b2ae35)}) & ${MASK});
create or replace temp macro mix_c(x) as xor(x, x >> 16);
create or replace temp macro mix(x) as mix_c(mix_b(mix_a(x)));
create or replace temp macro at_time(day, seconds) as
  make_timestamptz(epoch_us(cast(day as timestamp)) + cast(seconds as bigint) * 1000000);
`;

/** Random numbers as SQL: pure functions of the seed, a well-mixed key and the name of the draw. */
export interface Chance {
  /** A well-mixed 32-bit key of an integer, for `unit` and `normal` to draw from: one to one within a stream. */
  key(integer: string, stream: string): string;
  /** A key of a key and a small integer: a customer's day, a session's event. */
  subkey(key: string, integer: string): string;
  /** One more key of a key, for little: half a round of mixing, enough for what is mixed already. */
  nextKey(key: string): string;
  /** Uniform on (0, 1). */
  unit(key: string, name: string): string;
  /** Uniform on 0 … count − 1. */
  pick(key: string, name: string, count: string | number): string;
  /** Standard normal, by Box and Muller. `normal` and `otherNormal` of one name are independent. */
  normal(key: string, name: string): string;
  otherNormal(key: string, name: string): string;
  /** Standard normal from two uniform columns. */
  normalOf(radius: string, angle: string): string;
  /**
   * A relation with a column `u_name` for each named draw, uniform on (0, 1), each computed once, where the expression
   * of a single draw is computed wherever it is written. A name `a+b` makes two columns of 16 bits from one draw.
   */
  withDraws(relation: string, key: string, names: readonly string[]): string;
  /**
   * A Poisson count of any rate by the Cornish–Fisher expansion of its quantile: mean and spread right to about 1 %
   * for rates over .5.
   */
  count(rate: string, normal: string): string;
  /** A Poisson count of a small rate, at most three, from its chance of none, e^−rate. */
  rareCount(rate: string, none: string, unit: string): string;
  /** A valid version 4 UUID of an integer. */
  uuid(integer: string, stream: string): string;
  /** The first 24 characters of such a UUID. */
  uuidFront(integer: string, stream: string): string;
  /** A whole UUID from its first 24 characters and a number below 2^39. */
  uuidFrom(front: string, number: string): string;
  /** A short id: a letter and nine hexadecimal digits, one to one for integers below 2^32. */
  shortId(letter: string, integer: string, stream: string): string;
}

function renderDraw(key: string, name: string): string {
  return `mix(xor(${key}, ${saltOf(name)}))`;
}

function renderUnit(key: string, name: string): string {
  return `((${renderDraw(key, name)} + 0.5::double) / 4294967296)`;
}

function renderNormal(key: string, name: string, turn: 'cos' | 'sin'): string {
  const radius = `sqrt(-2 * ln(${renderUnit(key, `${name} radius`)}))`;
  return `(${radius} * ${turn}(2 * pi() * ${renderUnit(key, `${name} angle`)}))`;
}

/** The columns a draw is handed on as: one of 32 bits, or two of 16. */
function renderScaled(draw: string, index: number): string {
  const [first, second] = draw.split('+');
  const mixed = `mix_c(draw_${index})`;
  if (second === undefined) return `(${mixed} + 0.5::double) / 4294967296 as u_${first}`;
  return `((${mixed} >> 16) + 0.5::double) / 65536 as u_${first}, ((${mixed} & 65535) + 0.5::double) / 65536 as u_${second}`;
}

function renderDraws(relation: string, key: string, names: readonly string[]): string {
  const columns = names.map((_, index) => `draw_${index}`);
  const salted = names.map((name, index) => `xor(${key}, ${saltOf(name)}) as draw_${index}`).join(', ');
  const mixed = (macro: string) => columns.map((column) => `${macro}(${column}) as ${column}`).join(', ');
  return `(
    select * exclude (${columns.join(', ')}), ${names.map(renderScaled).join(', ')}
    from (select * replace (${mixed('mix_b')}) from (
      select * replace (${mixed('mix_a')}) from (select *, ${salted} from ${relation})
    ))
  )`;
}

function renderCount(rate: string, normal: string): string {
  const quantile = `${rate} + sqrt(${rate}) * ${normal} + (${normal} * ${normal} - 1) / 6 - 0.5`;
  return `cast(greatest(0, ceil(${quantile})) as integer)`;
}

function renderRareCount(rate: string, none: string, unit: string): string {
  const exceeds = (terms: string) => `cast(${unit} > ${none} * (${terms}) as integer)`;
  return `(${exceeds('1')} + ${exceeds(`1 + ${rate}`)} + ${exceeds(`1 + ${rate} + ${rate} * ${rate} / 2`)})`;
}

/** Always twelve digits at the end, decimal ones: half the work of hexadecimal ones, and as valid. */
function renderUuid(front: string, number: string): string {
  return `concat(${front}, cast(100000000000 + (${number}) as varchar))`;
}

/** @param seed 0 … 2^32 − 1 */
export function buildChance(seed: number): Chance {
  const streamSalt = (stream: string) => mix(mix(seed ^ 0x5bd1e995) ^ saltOf(stream));
  const word = (integer: string, stream: string) =>
    `mix(xor(cast(${integer} as bigint), ${streamSalt(stream)}))`;
  const uuidFront = (integer: string, stream: string) => {
    const [a, b, c] = ['a', 'b', 'c'].map((part) => word(integer, `${stream} ${part}`));
    return `lower(concat(to_hex(${a} | 2147483648), '-', to_hex((${b} & 65535) | 32768), '-',
      to_hex(16384 | (${b} >> 20)), '-', to_hex(32768 | (${c} & 16383)), '-'))`;
  };
  return {
    key: word,
    subkey: (key, integer) =>
      `mix(xor(${key}, (cast(${integer} as bigint) * ${signed(0x9e3779b9)}) & ${MASK}))`,
    nextKey: (key) => `mix_c(mix_b(${key}))`,
    unit: renderUnit,
    pick: (key, name, count) =>
      `cast((${renderDraw(key, name)} * cast(${count} as bigint)) >> 32 as integer)`,
    normal: (key, name) => renderNormal(key, name, 'cos'),
    otherNormal: (key, name) => renderNormal(key, name, 'sin'),
    normalOf: (radius, angle) => `(sqrt(-2 * ln(${radius})) * cos(2 * pi() * ${angle}))`,
    withDraws: renderDraws,
    count: renderCount,
    rareCount: renderRareCount,
    uuid: (integer, stream) => {
      const [c, d] = ['e', 'd'].map((part) => word(integer, `${stream} ${part}`));
      return renderUuid(uuidFront(integer, stream), `((${c} >> 25) << 32) | ${d}`);
    },
    uuidFront,
    uuidFrom: renderUuid,
    shortId: (letter, integer, stream) =>
      `lower(concat('${letter}', to_hex(4294967296 + ${word(integer, stream)})))`,
  };
}
