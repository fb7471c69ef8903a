import { z } from 'zod';

const above0 = z.number().positive('must be above 0');
const share = z.number().min(0, 'must be 0 to 1').max(1, 'must be 0 to 1');
const points = z.number().min(0, 'points are 0 to 100').max(100, 'points are 0 to 100');
const sentence = z.string().trim().min(1, 'must not be empty');
const day = z.iso.date('must be a date such as 2026-03-14');

/** Names become names of columns, and none of these may stand for two things. */
const componentName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'must be a column name in lower case')
  .refine(
    (name) => !/^(known|full|customer_health|computed_health)$|_full$/.test(name),
    'is a name the models use themselves',
  );

const point = z.tuple([z.number(), points], 'a point of a curve is [value, points from 0 to 100]');
const curve = z.array(point).min(2, 'a curve has at least two points');

const input = z.strictObject({ column: z.string(), weight: above0, curve });

const component = z.strictObject({
  name: componentName,
  weight: above0,
  inputs: z.array(input).min(1, 'a component has at least one input'),
});

const segment = z.strictObject({
  plan_tier: z.string(),
  weights: z.record(z.string(), z.number().min(0, 'must not be negative')),
});

const override = z.strictObject({
  customer_id: sentence,
  score: points,
  reason: sentence,
  from: day,
  until: day,
});

const parts = {
  minimum_coverage: share,
  bands: z.strictObject({ excellent: points, stable: points, at_risk: points }),
  components: z.array(component).min(1, 'health has at least one component'),
  segments: z.array(segment),
  overrides: z.array(override),
};

/** How the health score comes about: the dbt variable `health`. */
export const healthSchema = z.strictObject({ version: z.int().positive('must be above 0'), ...parts });

/** `health.yml`: whatever it leaves out is as in the package. */
export const healthFileSchema = z.strictObject({
  version: z.int('must be a whole number, one higher with every change').positive('must be above 0'),
  ...z.object(parts).partial().shape,
});

export type HealthDefinition = Readonly<z.infer<typeof healthSchema>>;
export type HealthComponent = HealthDefinition['components'][number];

/** Every setting of the file, for "did you mean". */
export const HEALTH_KEYS: readonly string[] = [
  ...Object.keys(healthSchema.shape),
  ...Object.keys(parts.bands.shape),
  ...[component, input, segment, override].flatMap(({ shape }) => Object.keys(shape)),
];
