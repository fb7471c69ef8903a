import { z } from 'zod';
import { errorText, TenureError } from '../base/index.ts';
import type { ScoringModel } from './scoring-model.ts';

const numbers = z.array(z.number());

const linear = z.object({
  intercept: z.number(),
  weights: numbers,
  centers: numbers,
  scales: numbers,
  logged: z.array(z.boolean()),
});

const tree = z.object({
  feature: z.array(z.int()),
  threshold: numbers,
  missingLeft: z.array(z.boolean()),
  left: z.array(z.int()),
  right: z.array(z.int()),
  gain: numbers,
  splitValue: numbers,
  splitCover: numbers,
  leafValue: numbers,
  leafCover: numbers,
});

const calibration = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('platt'), slope: z.number().nonnegative(), intercept: z.number() }),
  z.object({ kind: z.literal('isotonic'), x: numbers.min(1), y: numbers.min(1) }),
]);

const model = z.object({
  format: z.literal('tenure-scoring-model'),
  formatVersion: z.literal(1),
  name: z.string(),
  predictors: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'boolean', 'category']) })),
  inputs: z.array(z.object({ name: z.string(), predictor: z.string(), level: z.string().nullable() })),
  linear: linear.nullable(),
  trees: z.object({ features: z.array(z.string()), bias: z.number(), trees: z.array(tree) }).nullable(),
  calibration,
  baseRate: z.number(),
  tiers: z.object({ critical: z.number(), high: z.number(), medium: z.number() }),
});

/** What cannot be read off the shape: parts that do not fit each other. */
function findMisfit({ inputs, linear, trees }: z.infer<typeof model>): string | null {
  if (linear === null && trees === null) return 'it has neither trees nor a linear part';
  if (linear !== null && linear.weights.length !== inputs.length)
    return `it has ${inputs.length} inputs and ${linear.weights.length} weights`;
  if (trees !== null && trees.features.length !== inputs.length)
    return `it has ${inputs.length} inputs and its trees ${trees.features.length}`;
  const tooFar = trees?.trees.some(({ feature }) => feature.some((place) => place >= inputs.length));
  return tooFar === true ? 'a tree splits by an input that is not there' : null;
}

/**
 * A model from the text of its file. A file of an earlier version of the format is read as well.
 *
 * @throws TenureError MODEL_FILE_INVALID
 */
export function parseModel(text: string): ScoringModel {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new TenureError('MODEL_FILE_INVALID', { problem: errorText(error) });
  }
  const { formatVersion } = (content ?? {}) as { formatVersion?: unknown };
  if (typeof formatVersion === 'number' && formatVersion > 1) {
    const problem = `it is of version ${formatVersion} of the format, and this Tenure reads up to 1`;
    throw new TenureError('MODEL_FILE_INVALID', { problem });
  }
  const parsed = model.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const problem = `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is no model'}`;
    throw new TenureError('MODEL_FILE_INVALID', { problem });
  }
  const misfit = findMisfit(parsed.data);
  if (misfit !== null) throw new TenureError('MODEL_FILE_INVALID', { problem: misfit });
  return parsed.data;
}
