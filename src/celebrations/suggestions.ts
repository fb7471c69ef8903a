import { z } from 'zod';
import { TenureError } from '../base/index.ts';
import { CELEBRATION_TYPES, type CelebrationType, type DraftKind } from './celebration-types.ts';

/** A way to celebrate as a definition lists it. */
export interface Suggestion {
  readonly kind: CelebrationType;
  readonly emoji: string;
  readonly text: string;
}

type Wording = Omit<Suggestion, 'kind'>;

/** The texts of the four usual ways. */
export const SUGGESTED_TEXTS: Readonly<Record<DraftKind, Wording>> = {
  email: { emoji: ':email:', text: 'Send congratulations email' },
  social: { emoji: ':bird:', text: 'Social media shoutout (with permission)' },
  gift: { emoji: ':gift:', text: 'Consider milestone gift' },
  case_study: { emoji: ':memo:', text: 'Invite to case study participation' },
};

const USUAL: Readonly<Record<CelebrationType, Wording>> = {
  ...SUGGESTED_TEXTS,
  call: { emoji: ':telephone_receiver:', text: 'Call to congratulate' },
  other: { emoji: ':tada:', text: 'Celebrate' },
};

const words = z.string().trim().min(1).max(200);
const schema = z.array(
  z.union([
    words,
    z.strictObject({
      kind: z.enum(CELEBRATION_TYPES).default('other'),
      text: words.optional(),
      emoji: z
        .string()
        .regex(/^:[a-z0-9_+-]+:$/)
        .optional(),
    }),
  ]),
);

function buildSuggestion(item: z.infer<typeof schema>[number]): Suggestion {
  if (typeof item === 'string') {
    const kind = CELEBRATION_TYPES.find((type) => type === item);
    return kind === undefined ? { kind: 'other', ...USUAL.other, text: item } : { kind, ...USUAL[kind] };
  }
  const { emoji, text } = USUAL[item.kind];
  return { kind: item.kind, emoji: item.emoji ?? emoji, text: item.text ?? text };
}

function parseJson(json: string, definition: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new TenureError('SUGGESTIONS_INVALID', { definition, problem: 'no JSON' }, { cause: error });
  }
}

/**
 * Reads `milestone_definitions.suggestions`: a list of kinds, of texts, or of `{kind, text, emoji}`. Null means that rules choose.
 *
 * @throws TenureError SUGGESTIONS_INVALID
 *
 * @example
 * parseSuggestions('["gift", "Send a cake"]', 'First year');
 */
export function parseSuggestions(json: string | null, definition: string): readonly Suggestion[] | null {
  if (json === null) return null;
  const value = parseJson(json, definition);
  if (value === null) return null;
  const result = schema.safeParse(value);
  if (result.success) return result.data.map(buildSuggestion);
  const [issue] = result.error.issues;
  const problem = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
  throw new TenureError('SUGGESTIONS_INVALID', { definition, problem });
}
