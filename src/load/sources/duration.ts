const UNITS: Readonly<Record<string, bigint>> = {
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
};

/**
 * The microseconds of a duration such as `10 minutes`; null when it is none.
 *
 * @example
 * parseDuration('1 hour'); // 3600000000n
 */
export function parseDuration(text: string): bigint | null {
  const match = /^(\d{1,6}) (millisecond|second|minute|hour|day)s?$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ''];
  return match === null || unit === undefined ? null : BigInt(match[1] ?? '0') * unit;
}
