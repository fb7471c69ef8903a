import { daysBetween } from '../base/index.ts';
import type { CelebrationType, DraftKind } from './celebration-types.ts';
import { SUGGESTED_TEXTS, type Suggestion } from './suggestions.ts';

/** How much a milestone means: taken from the priority of its definition. */
export type MilestoneSize = 'small' | 'medium' | 'large';

/** What the choice of ideas depends on. */
export interface IdeaContext {
  readonly milestone: {
    readonly type: string;
    readonly value: string | null;
    readonly size: MilestoneSize;
    /** The definition's own ways to celebrate; they stand in for every rule. */
    readonly suggestions?: readonly Suggestion[] | null;
  };
  readonly customer: {
    readonly tier: string | null;
    /** 0 to 100; null when too little is known. */
    readonly healthScore: number | null;
    /** Excellent, Stable, At Risk, Critical, Unknown. */
    readonly healthBand: string | null;
    /** True when the customer agreed to be named in public. */
    readonly isReferenceOk: boolean | null;
    /** The day it was last asked for a favour (permission, case study), `YYYY-MM-DD`. */
    readonly lastAskedOn: string | null;
    /** USD a year. */
    readonly arr: number | null;
  };
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** A way to celebrate, and why it is (or is not) suggested. */
export interface Idea {
  readonly kind: CelebrationType;
  /** The code of an emoji in Slack, such as `:gift:`. */
  readonly emoji: string;
  readonly text: string;
  readonly reason: string;
}

interface Choice {
  readonly isSuggested: boolean;
  readonly reason: string;
}

/** A customer is asked for a favour at most once in so many days. */
export const DAYS_BETWEEN_ASKS = 180;

const HEALTHY_BANDS = ['Excellent', 'Stable'];
const KNOWN_BANDS = [...HEALTHY_BANDS, 'At Risk', 'Critical'];
/** From this ARR on a customer gets what those of a higher tier get. */
const LARGE_ARR = 50_000;

/**
 * The size of a milestone of a priority from 1 to 100.
 *
 * @example
 * parseSize(80); // 'large'
 */
export function parseSize(priority: number): MilestoneSize {
  if (priority >= 80) return 'large';
  return priority >= 50 ? 'medium' : 'small';
}

function describeHealth({ healthScore, healthBand }: IdeaContext['customer']): string {
  if (healthScore === null || !KNOWN_BANDS.includes(healthBand ?? '')) return 'health is unknown';
  return `health is ${Math.round(healthScore)} (${healthBand})`;
}

function isHealthy({ healthScore, healthBand }: IdeaContext['customer']): boolean {
  return healthScore !== null && HEALTHY_BANDS.includes(healthBand ?? '');
}

function describeAsk({ customer, today }: IdeaContext): string | null {
  if (customer.lastAskedOn === null) return null;
  const days = daysBetween(customer.lastAskedOn, today);
  if (days >= DAYS_BETWEEN_ASKS) return null;
  return `it was asked for a favour on ${customer.lastAskedOn}, less than ${DAYS_BETWEEN_ASKS} days ago`;
}

function chooseEmail({ customer }: IdeaContext): Choice {
  const health = describeHealth(customer);
  const reason = isHealthy(customer)
    ? 'a personal message suits every milestone'
    : `a personal message suits every milestone; ${health}, so ask for nothing in it`;
  return { isSuggested: true, reason };
}

function chooseSocial(context: IdeaContext): Choice {
  if (context.customer.isReferenceOk === true)
    return { isSuggested: true, reason: 'the customer agreed to be named in public' };
  const asked = describeAsk(context);
  if (asked !== null) return { isSuggested: false, reason: `no consent on file, and ${asked}` };
  return { isSuggested: true, reason: 'no consent on file: request permission first' };
}

function chooseGift({ milestone, customer }: IdeaContext): Choice {
  const isLargeCustomer =
    ['growth', 'enterprise'].includes(customer.tier ?? '') || (customer.arr ?? 0) >= LARGE_ARR;
  const who = `a ${milestone.size} milestone of a customer ${customer.tier === null ? 'of unknown tier' : `on ${customer.tier}`}`;
  const isFree = customer.tier === 'free' && !isLargeCustomer;
  const isSuggested =
    !isFree && (milestone.size === 'large' || (milestone.size === 'medium' && isLargeCustomer));
  if (!isSuggested) return { isSuggested, reason: `${who} is not one for a gift` };
  const policy = customer.tier === 'enterprise' ? '; check their rules on gifts first' : '';
  return { isSuggested, reason: `${who}${policy}` };
}

function chooseCaseStudy(context: IdeaContext): Choice {
  const { customer } = context;
  const health = describeHealth(customer);
  if (!isHealthy(customer)) return { isSuggested: false, reason: `${health}: not the time to ask` };
  const asked = describeAsk(context);
  if (asked !== null) return { isSuggested: false, reason: asked };
  const last = customer.lastAskedOn;
  return { isSuggested: true, reason: `${health}, ${last === null ? 'never asked' : `last asked ${last}`}` };
}

const CHOICES: readonly (readonly [DraftKind, (context: IdeaContext) => Choice])[] = [
  ['email', chooseEmail],
  ['social', chooseSocial],
  ['gift', chooseGift],
  ['case_study', chooseCaseStudy],
];

function buildSentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

function buildChosen(context: IdeaContext, isSuggested: boolean): readonly Idea[] {
  return CHOICES.map(([kind, choose]) => ({ kind, choice: choose(context) }))
    .filter(({ choice }) => choice.isSuggested === isSuggested)
    .map(({ kind, choice }) => ({
      kind,
      ...SUGGESTED_TEXTS[kind],
      reason: buildSentence(choice.reason),
    }));
}

/**
 * The ways to celebrate a milestone, the first one first. A customer at risk, or of unknown health, is not asked for a case
 * study; one without consent on file is asked for permission; none is asked twice in 180 days; the gift goes by the
 * size of the milestone and the tier. A definition's own suggestions stand in for all of that.
 *
 * @example
 * buildIdeas(context).map((idea) => `${idea.emoji} ${idea.text}`);
 * // [':email: Send congratulations email', ':bird: Social media shoutout (with permission)', …]
 */
export function buildIdeas(context: IdeaContext): readonly Idea[] {
  const own = context.milestone.suggestions ?? null;
  if (own === null) return buildChosen(context, true);
  return own.map((suggestion) => ({ ...suggestion, reason: 'The definition of the milestone says so.' }));
}

/** What the rules hold back for this customer, and why; nothing where the definition has its own suggestions. */
export function buildWithheldIdeas(context: IdeaContext): readonly Idea[] {
  const hasOwn = (context.milestone.suggestions ?? null) !== null;
  return hasOwn ? [] : buildChosen(context, false);
}
