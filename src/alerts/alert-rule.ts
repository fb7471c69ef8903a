import { z } from 'zod';

const OPERATORS = ['<', '<=', '>', '>='] as const;
export type Operator = (typeof OPERATORS)[number];

const PERIODS = ['previous_week', 'previous_month', 'previous_year'] as const;

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'must be a name of lower-case letters, digits and _')
  .max(100, 'must be at most 100 characters long');
const sentence = z.string().trim().min(1, 'must not be empty');
const operator = z.enum(OPERATORS, `must be one of ${OPERATORS.join(' ')}`);
const value = z.number('must be a number');

const DAYS_BEFORE = /^[1-9]\d{0,2} days?$/;
const MOST_DAYS_BEFORE = 400;

const against = z
  .string()
  .refine(
    (text) =>
      PERIODS.some((period) => period === text) ||
      (DAYS_BEFORE.test(text) && Number.parseInt(text, 10) <= MOST_DAYS_BEFORE),
    `must be ${PERIODS.join(', ')}, or a number of days up to ${MOST_DAYS_BEFORE} such as 28 days`,
  );

const threshold = z.strictObject({ operator, value });

const change = z.strictObject({
  against,
  operator,
  value,
  unit: z.enum(['percent', 'points', 'absolute'], 'must be percent, points or absolute'),
});

const outOfBand = z.strictObject({
  weeks: z.int('must be a whole number').min(4, 'must be 4 or more').max(104, 'must be 104 or less'),
  z: z.number('must be a number').positive('must be above 0'),
  direction: z.enum(['above', 'below', 'either'], 'must be above, below or either').default('either'),
});

const againstTarget = z.strictObject({
  operator,
  /** Of the target. */
  percent: z.number('must be a number').positive('must be above 0').default(100),
});

const CONDITIONS = ['threshold', 'change', 'out_of_band', 'becomes', 'against_target'] as const;

const when = z
  .strictObject({
    threshold: threshold.optional(),
    change: change.optional(),
    out_of_band: outOfBand.optional(),
    becomes: z.array(z.string()).min(1, 'must name at least one value').optional(),
    against_target: againstTarget.optional(),
  })
  .refine(
    (conditions) => Object.values(conditions).filter((condition) => condition !== undefined).length === 1,
    `must be exactly one of ${CONDITIONS.join(', ')}`,
  );

const DAYS = /^(\d{1,2}) of (\d{1,2})$/;

const days = z
  .string()
  .regex(DAYS, 'must be written as 2 of 3')
  .refine((text) => {
    const { least, of } = parseDays(text);
    return least >= 1 && least <= of && of <= 60;
  }, 'must be N of M days, N from 1 to M, M up to 60');

const filters = z.record(z.string(), z.array(z.string()).min(1, 'must name at least one value'));

const needs = z.record(z.string(), z.int('must be a whole number of days').positive().nullable());

const rule = z.strictObject({
  name,
  /** A metric of the catalogue, or a state such as health_band; `domain.name` where two domains have one. */
  metric: z.string().optional(),
  /** A model with the columns customer_id, day, value in place of a metric. */
  sql_model: z.string().optional(),
  label: sentence.optional(),
  unit: sentence.optional(),
  /** Of a sql_model: source table → how many trailing days its values look at, null for any history. */
  needs: needs.optional(),
  for: z.string(),
  when,
  days: days.default('1 of 1'),
  cool_down_days: z
    .int('must be a whole number')
    .min(1, 'must be 1 or more')
    .max(366, 'must be 366 or less')
    .default(7),
  severity: z.enum(['info', 'warning', 'critical'], 'must be info, warning or critical').default('warning'),
  filters: filters.default({}),
  enabled: z.boolean('must be true or false').default(true),
});

/** `alerts.yml`: rules of the workspace's own, and shipped ones it does not want. */
export const alertFileSchema = z.strictObject({
  alerts: z.array(rule).default([]),
  /** Names of shipped rules that are switched off. */
  disable: z.array(z.string()).default([]),
});

/** A rule as it is written, with every default. */
export type AlertDefinition = Readonly<z.infer<typeof rule>>;
export type Severity = AlertDefinition['severity'];

/** A rule, and where it is written. */
export interface AlertRule extends AlertDefinition {
  readonly origin: 'shipped' | 'workspace';
}

/** When a rule is in breach: one of its conditions. */
export type Condition =
  | ({ readonly kind: 'threshold' } & Readonly<z.infer<typeof threshold>>)
  | ({ readonly kind: 'change' } & Readonly<z.infer<typeof change>>)
  | ({ readonly kind: 'out_of_band' } & Readonly<z.infer<typeof outOfBand>>)
  | { readonly kind: 'becomes'; readonly values: readonly string[] }
  | ({ readonly kind: 'against_target' } & Readonly<z.infer<typeof againstTarget>>);

/** The one condition a rule has. */
export function readCondition({ when: written }: AlertDefinition): Condition {
  if (written.threshold !== undefined) return { kind: 'threshold', ...written.threshold };
  if (written.change !== undefined) return { kind: 'change', ...written.change };
  if (written.out_of_band !== undefined) return { kind: 'out_of_band', ...written.out_of_band };
  if (written.against_target !== undefined) return { kind: 'against_target', ...written.against_target };
  return { kind: 'becomes', values: written.becomes ?? [] };
}

/** `2 of 3`: on how many days of the last how many. */
export function parseDays(text: string): { readonly least: number; readonly of: number } {
  const [, least = '1', of = '1'] = DAYS.exec(text) ?? [];
  return { least: Number(least), of: Number(of) };
}

/** Every setting of the file, for "did you mean". */
export const ALERT_KEYS: readonly string[] = [
  ...Object.keys(alertFileSchema.shape),
  ...[rule, threshold, change, outOfBand, againstTarget].flatMap(({ shape }) => Object.keys(shape)),
  ...CONDITIONS,
];
