import { type Clock, utcTime } from '../base/index.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** Formats the UTC time of a clock as Python's `strftime` does. Throws a plain error for a directive it does not know. */
export function formatRunTime(clock: Clock, format: string): string {
  const at = new Date(clock.now());
  const month = MONTHS[at.getUTCMonth()] ?? '';
  const day = DAYS[at.getUTCDay()] ?? '';
  const dayOfYear =
    Math.floor(
      (Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) -
        Date.UTC(at.getUTCFullYear(), 0, 1)) /
        86_400_000,
    ) + 1;
  const parts: Readonly<Record<string, string>> = {
    Y: pad(at.getUTCFullYear(), 4),
    y: pad(at.getUTCFullYear() % 100),
    m: pad(at.getUTCMonth() + 1),
    d: pad(at.getUTCDate()),
    H: pad(at.getUTCHours()),
    I: pad(at.getUTCHours() % 12 || 12),
    M: pad(at.getUTCMinutes()),
    S: pad(at.getUTCSeconds()),
    f: `${pad(at.getUTCMilliseconds(), 3)}000`,
    j: pad(dayOfYear, 3),
    p: at.getUTCHours() < 12 ? 'AM' : 'PM',
    B: month,
    b: month.slice(0, 3),
    A: day,
    a: day.slice(0, 3),
    s: String(Math.floor(clock.now() / 1000)),
    z: '+0000',
    Z: 'UTC',
    '%': '%',
  };
  return format.replace(/%(-?)(.)/g, (whole, dash: string, letter: string) => {
    const value = parts[letter];
    if (value === undefined) throw new Error(`strftime: the directive ${whole} is not supported`);
    return dash === '-' ? value.replace(/^0+(?=.)/, '') : value;
  });
}

/** What `{{ run_started_at }}` prints. */
export function renderRunTime(clock: Clock): string {
  return utcTime(clock)
    .replace('T', ' ')
    .replace(/\.(\d+)Z$/, '.$1000+00:00');
}
