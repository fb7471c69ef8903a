const MINUS = '−';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A number's text with a real minus sign. */
export const withMinus = (text: string): string => text.replace('-', MINUS);

/** A number with so many digits after the point: `0.786`. */
export function renderNumber(value: number, digits = 3): string {
  return withMinus(value.toFixed(digits));
}

/** A whole number with its thousands apart: `8,064`. */
export function renderCount(value: number): string {
  return withMinus(value.toLocaleString('en-US'));
}

/** A share of 1 in percent: `11.8 %`. */
export function renderPercent(share: number): string {
  return `${renderNumber(100 * share, 1)} %`;
}

/** A day as people write it: `29 Jan 2026`. */
export function renderDay(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${date} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}
