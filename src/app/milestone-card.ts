import { daysBetween, localDay, monthsBetween } from '../base/index.ts';
import {
  buildIdeas,
  type CustomerFacts,
  type IdeaContext,
  parseSize,
  parseSuggestions,
} from '../celebrations/index.ts';
import { type NewMilestone, renderWording, type StoredDefinition } from '../milestones/index.ts';
import type { MilestoneCard } from '../notify/index.ts';

/** What a card is made from. */
export interface CardFacts {
  readonly milestone: NewMilestone;
  readonly definition: StoredDefinition;
  /** Null where the warehouse does not know the customer. */
  readonly customer: CustomerFacts | null;
  /** The day the customer was last asked for a favour. */
  readonly lastAskedOn: string | null;
  /** The day the warehouse was built for, `YYYY-MM-DD`. */
  readonly today: string;
}

const MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const MONTHS_OF_A_YEAR = 12;

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

/**
 * From the signup to the day of a milestone, in whole months; in days below one month, in years and months from two years on.
 *
 * @example
 * renderSpan('2025-05-20', '2026-01-29'); // '8 months'
 */
export function renderSpan(signup: string, day: string): string | null {
  if (day < signup) return null;
  const months = monthsBetween(signup, day);
  if (months < 1) return count(daysBetween(signup, day), 'day');
  if (months < 2 * MONTHS_OF_A_YEAR) return count(months, 'month');
  const rest = months % MONTHS_OF_A_YEAR;
  const years = count(Math.floor(months / MONTHS_OF_A_YEAR), 'year');
  return rest === 0 ? years : `${years} ${count(rest, 'month')}`;
}

/** When a milestone was reached, and whose calendar that is. */
interface Moment {
  readonly milestone: Pick<NewMilestone, 'achievedAt' | 'precision'>;
  readonly customer: Pick<CustomerFacts, 'signupDate' | 'timezone'> | null;
}

/** The calendar a milestone's day is read from: the customer's; a figure of a whole day has its day in UTC. */
function readTimezone({ milestone, customer }: Moment): string | null {
  return milestone.precision === 'day' ? null : (customer?.timezone ?? null);
}

function readSpan(moment: Moment): string | null {
  const signup = moment.customer?.signupDate ?? null;
  const day = localDay(Date.parse(moment.milestone.achievedAt), readTimezone(moment));
  return signup === null ? null : renderSpan(signup, day);
}

/** What a card says of the moment. */
function buildMoment(moment: Moment): Pick<MilestoneCard, 'achievedAt' | 'timezone' | 'timeToMilestone'> {
  const timezone = readTimezone(moment);
  const { achievedAt } = moment.milestone;
  return { achievedAt, ...(timezone === null ? {} : { timezone }), timeToMilestone: readSpan(moment) };
}

const BEFORE_SIGNUP = 'reached before the signup';

/** A card of a milestone that turned out to be reached at another moment; the rest of it stays as it was told. */
export function moveMilestoneCard(card: MilestoneCard, moment: Moment): MilestoneCard {
  const { revoked: _revoked, timezone: _timezone, ...standing } = card;
  const { timeToMilestone: _unknown, ...unknown } = card.unknown ?? {};
  const moved = buildMoment(moment);
  const isEarlier = moved.timeToMilestone === null && (moment.customer?.signupDate ?? null) !== null;
  const why = isEarlier ? { ...unknown, timeToMilestone: BEFORE_SIGNUP } : unknown;
  return { ...standing, ...moved, unknown: why };
}

function listUnknown(facts: CardFacts): NonNullable<MilestoneCard['unknown']> {
  const { customer } = facts;
  if (customer === null) return {};
  const isEarlier = customer.signupDate !== null && readSpan(facts) === null;
  return {
    ...(isEarlier ? { timeToMilestone: BEFORE_SIGNUP } : {}),
    ...(customer.arr === null ? { arr: 'no contract in force' } : {}),
    ...(customer.healthScore === null ? { health: 'too little data for a score' } : {}),
  };
}

/** What the ways to celebrate a milestone are chosen by. */
export function buildIdeaContext(facts: CardFacts): IdeaContext {
  const { milestone, definition, customer, today } = facts;
  const { suggestions } = definition;
  return {
    milestone: {
      type: definition.type,
      value: milestone.occurrence,
      size: parseSize(definition.priority),
      suggestions: parseSuggestions(
        suggestions === undefined ? null : JSON.stringify(suggestions),
        definition.name,
      ),
    },
    customer: {
      tier: customer?.planTier ?? null,
      healthScore: customer?.healthScore ?? null,
      healthBand: customer?.healthBand ?? null,
      isReferenceOk: customer?.isReferenceOk ?? null,
      lastAskedOn: facts.lastAskedOn,
      arr: customer?.arr ?? null,
    },
    today,
  };
}

/** The card of a milestone: what happened, whose it is, and how it may be celebrated. */
export function buildMilestoneCard(facts: CardFacts): MilestoneCard {
  const { milestone, definition, customer } = facts;
  const { title, detail } = renderWording(definition, Number(milestone.occurrence));
  const ideas = buildIdeas(buildIdeaContext(facts));
  const signup = customer?.signupDate ?? null;
  const { healthScore: score = null, healthBand: band = null } = customer ?? {};
  return {
    milestoneId: milestone.id,
    customerName: customer?.name ?? milestone.customerId,
    title,
    detail,
    ...buildMoment(facts),
    customerSince: signup === null ? null : MONTH.format(new Date(`${signup}T00:00:00Z`)),
    arr: customer?.arr ?? null,
    health: score === null || band === null ? null : { score, band },
    unknown: listUnknown(facts),
    ideas: ideas.map(({ emoji, text, reason }) => ({ emoji: emoji.replaceAll(':', ''), text, reason })),
  };
}
