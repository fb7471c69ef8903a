import { z } from 'zod';

const MILESTONE_TYPES = ['time', 'usage', 'adoption', 'business', 'custom'] as const;

/** Figures of a customer's age, in its own time zone. */
export const TENURE_METRICS = ['tenure_years', 'tenure_months', 'tenure_days'] as const;

const number = z.number('must be a number').refine(Number.isFinite, 'must be a number');

const conditionSchema = z
  .strictObject({
    /** A column of the ledger, a figure of `int_customer_moments`, or a tenure. */
    metric: z.string().min(1),
    operator: z.enum(['>=', '>', '<=', '<']).optional(),
    threshold: number.optional(),
    /** Several in one definition: each is reached once. */
    thresholds: z.array(number).min(1).optional(),
    /** Reached again with every so many. */
    every: z.int().positive().optional(),
    /** Days in a row on which it has to hold; reached on the last of them. */
    hold_days: z.int().min(1).max(366).optional(),
    /** The sum of so many days that end with the day in question, of a counter of the ledger. */
    window_days: z.int().min(1).max(366).optional(),
    /** A model of your own with customer_id, day and value. */
    sql_model: z.string().regex(/^\w+$/, 'must be the name of a model').optional(),
  })
  .superRefine((condition, context) => {
    const ways = [condition.threshold, condition.thresholds, condition.every].filter(
      (way) => way !== undefined,
    );
    if (ways.length !== 1)
      context.addIssue({ code: 'custom', message: 'takes exactly one of threshold, thresholds and every' });
  });

export const definitionSchema = z.strictObject({
  type: z.enum(MILESTONE_TYPES),
  name: z.string().min(1).max(255),
  condition: conditionSchema,
  /** The headline: fields {number}, {short}, {ordinal}, {amount}, {money}. */
  title: z.string().min(1).max(200),
  detail: z.string().min(1).max(400),
  unit: z.string().min(1).max(40).default('time'),
  enabled: z.boolean().default(true),
  priority: z.int().min(1).max(100).default(50),
  celebration_template: z.string().optional(),
  suggestions: z
    .array(z.enum(['email', 'social', 'gift', 'case_study']))
    .min(1)
    .optional(),
  segment: z
    .partialRecord(z.enum(['plan_tier', 'industry', 'segment']), z.array(z.string()).min(1))
    .optional(),
});

export type MilestoneCondition = Readonly<z.infer<typeof conditionSchema>>;

/** What counts as a milestone, as it stands in a file. */
export type MilestoneDefinition = Readonly<z.infer<typeof definitionSchema>>;

/** A definition that is kept in the workspace. */
export interface StoredDefinition extends MilestoneDefinition {
  readonly id: string;
  readonly version: number;
  readonly isShipped: boolean;
}

/** The thresholds a condition names; empty where it counts on and on. */
export function listThresholds({ threshold, thresholds = [] }: MilestoneCondition): readonly number[] {
  return [...new Set(threshold === undefined ? thresholds : [threshold])].sort((a, b) => a - b);
}
