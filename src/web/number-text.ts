const MINUS = '−';

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
