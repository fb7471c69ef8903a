/** ISO 8601 in UTC from microseconds since the epoch: milliseconds always, microseconds where there are any. */
export function renderInstant(microseconds: bigint): string {
  const rest = ((microseconds % 1000n) + 1000n) % 1000n;
  const milliseconds = Number((microseconds - rest) / 1000n);
  if (Math.abs(milliseconds) > 8.64e15) return microseconds > 0n ? 'infinity' : '-infinity';
  const text = new Date(milliseconds).toISOString();
  return rest === 0n ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}
