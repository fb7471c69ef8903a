/**
 * How figures are written, on the server and in the browser. Real minus signs, "—" for what is unknown.
 *
 * @typedef {'usd' | 'count' | 'ratio' | 'multiple' | 'number' | 'percent' | 'score' | 'hours' | 'days' | 'minutes' | 'years' | 'text' | 'day' | 'month'} Unit
 */

const STEPS = /** @type {const} */ ([
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
]);
/** From here on figures are shortened. */
const LONG = 10_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const UNKNOWN = '—';

/** @param {string} text */
function withMinus(text) {
  return text.replace('-', '−');
}

/**
 * @param {number} value
 * @param {number} most decimals
 */
function plain(value, most) {
  return value.toLocaleString('en-US', { maximumFractionDigits: most });
}

/**
 * @param {number} value
 * @param {number} digits decimals, no more and no less
 */
function fixed(value, digits) {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * @param {number} percent
 * @param {boolean} isExact
 */
function share(percent, isExact) {
  const size = Math.abs(percent);
  if (isExact) return plain(percent, 6);
  if (size >= 999.5) return plain(percent, 0);
  // Small shares keep what tells them from nothing.
  return size > 0 && size < 0.095 ? percent.toPrecision(1) : fixed(percent, 1);
}

/** @param {number} value three significant digits with K, M or B */
function short(value) {
  const size = Math.abs(value);
  for (const [step, letter] of STEPS) {
    // What would round up to the next letter takes it.
    if (size >= step * 0.9995) {
      const scaled = value / step;
      const digits = Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
      return `${scaled.toFixed(digits)}${letter}`;
    }
  }
  return plain(value, 2);
}

/** @param {number} value */
function decimals(value) {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

/**
 * @param {number} value
 * @param {Unit} unit
 * @param {boolean} isExact
 */
function number(value, unit, isExact) {
  if (unit === 'ratio' || unit === 'percent')
    return `${share(unit === 'ratio' ? 100 * value : value, isExact)} %`;
  if (unit === 'number') return isExact ? plain(value, 9) : value.toPrecision(3).replace(/\.?0+$/, '');
  if (unit === 'multiple') return `${plain(value, isExact ? 6 : decimals(value))}×`;
  const isLong = Math.abs(value) >= LONG;
  const digits = decimals(value);
  const text = isExact
    ? plain(value, 6)
    : isLong
      ? short(value)
      : unit === 'score'
        ? fixed(value, 1)
        : plain(value, digits);
  if (unit === 'usd') return text.startsWith('-') ? `-$${text.slice(1)}` : `$${text}`;
  if (unit === 'hours') return `${text} h`;
  if (unit === 'days') return `${text} d`;
  if (unit === 'minutes') return `${text} min`;
  if (unit === 'years') return `${text} y`;
  return text;
}

/**
 * A day as people write it: 29 Jan 2026.
 *
 * @param {string} day `YYYY-MM-DD`, or a time that begins so
 */
export function renderDay(day) {
  const [year = '', month = '', date = ''] = day.slice(0, 10).split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** @param {string} day */
function renderMonth(day) {
  return `${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(0, 4)}`;
}

/**
 * A figure with its unit: three significant digits with K, M, B from 10,000; all of them when exact.
 *
 * @param {unknown} value a number, text of a decimal, a day; null for unknown
 * @param {Unit} unit ratios are 0–1, percentages and scores 0–100
 * @param {{isExact?: boolean}} [options]
 */
export function renderFigure(value, unit, { isExact = false } = {}) {
  if (value === null || value === undefined || value === '') return UNKNOWN;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (unit === 'text') return String(value);
  if (unit === 'day') return renderDay(String(value));
  if (unit === 'month') return renderMonth(String(value));
  const figure = Number(value);
  return Number.isFinite(figure) ? withMinus(number(figure, unit, isExact)) : UNKNOWN;
}

/**
 * A label of an axis: as short as it can be.
 *
 * @param {number} value
 * @param {Unit} unit
 */
export function renderTick(value, unit) {
  if (value >= 1000 || value <= -1000) {
    const text = short(value)
      .replace(/(\.\d*?)0+(?=[KMB]|$)/, '$1')
      .replace(/\.(?=[KMB]|$)/, '');
    return withMinus(unit === 'usd' ? (value < 0 ? `-$${text.slice(1)}` : `$${text}`) : text);
  }
  if (unit === 'ratio' || unit === 'percent')
    return withMinus(`${plain(unit === 'ratio' ? 100 * value : value, 1)} %`);
  return withMinus(number(value, unit === 'score' ? 'count' : unit, false));
}

/**
 * How much a figure changed: points for ratios and percentages.
 *
 * @param {number} change
 * @param {Unit} unit
 */
export function renderChange(change, unit) {
  const size = Math.abs(change);
  if (unit === 'ratio') return `${fixed(100 * size, 1)} points`;
  if (unit === 'multiple') return `${plain(size, 2)}×`;
  if (unit === 'percent' || unit === 'score') return `${fixed(size, 1)} points`;
  return number(size, unit, false);
}
