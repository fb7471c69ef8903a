/** What the words of a milestone are made from. */
export interface Wording {
  readonly title: string;
  readonly detail: string;
  readonly unit: string;
}

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });
const MONEY = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 0,
});
const ORDINALS = new Intl.PluralRules('en-US', { type: 'ordinal' });
const ENDINGS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const SIZES = [
  [1e9, 'Billion'],
  [1e6, 'Million'],
] as const;

/** `1 Million`, `2.5 Billion`, `10,000`: exact, so that a headline never says more than was reached. */
function renderShort(value: number): string {
  for (const [size, word] of SIZES) {
    const share = value / size;
    if (share >= 1 && Number.isInteger(share * 100)) return `${GROUPED.format(share)} ${word}`;
  }
  return GROUPED.format(value);
}

function renderOrdinal(value: number): string {
  return `${GROUPED.format(value)}${ENDINGS[ORDINALS.select(value)] ?? 'th'}`;
}

/** The merge fields of a title or a detail, for what was reached. */
function buildFields(value: number, unit: string): Readonly<Record<string, string>> {
  return {
    number: GROUPED.format(value),
    short: renderShort(value),
    ordinal: renderOrdinal(value),
    amount: `${GROUPED.format(value)} ${unit}${value === 1 ? '' : 's'}`,
    money: MONEY.format(value),
  };
}

export const WORDING_FIELDS = Object.keys(buildFields(1, 'time'));

/** The fields a text asks for that do not exist. */
export function listUnknownFields(text: string): readonly string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)]
    .map((match) => match[1] ?? '')
    .filter((field) => !WORDING_FIELDS.includes(field));
}

/**
 * The headline and the sentence of what was reached.
 *
 * @example
 * renderWording({ title: '{short} API Calls', detail: 'API usage reached {number} calls', unit: 'call' }, 1e6)
 * // { title: '1 Million API Calls', detail: 'API usage reached 1,000,000 calls' }
 */
export function renderWording(wording: Wording, value: number): { title: string; detail: string } {
  const fields = buildFields(value, wording.unit);
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, field: string) => fields[field] ?? whole);
  return { title: fill(wording.title), detail: fill(wording.detail) };
}
