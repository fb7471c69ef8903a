import {
  parseFieldText,
  parseFirstName,
  readLocalDay,
  renderDate,
  renderDuration,
  renderFigure,
} from './field-text.ts';

/** What a message is filled in from; anything may be missing. */
export interface MergeContext {
  readonly milestone: {
    readonly name: string | null;
    readonly value: string | null;
    readonly achievedAt: string | null;
    /** True for a figure of a whole day, which is a day in UTC. */
    readonly isWholeDay?: boolean;
  };
  readonly customer: {
    readonly name: string | null;
    readonly contactName: string | null;
    readonly signupDate: string | null;
    readonly planTier: string | null;
    readonly timezone: string | null;
    readonly csmName: string | null;
  };
  /** What the product that is sold is called. */
  readonly product: string | null;
}

/** A field a template may use. */
export interface MergeField {
  readonly name: string;
  readonly means: string;
  /** What stands there when nothing is known. */
  readonly fallback: string;
  /** Null when nothing is known. */
  readonly read: (context: MergeContext) => string | null;
}

/** The calendar the milestone's day is read from. */
function readTimezone({ milestone, customer }: MergeContext): string | null {
  return milestone.isWholeDay === true ? null : customer.timezone;
}

function readName(value: string | null): string | null {
  const name = parseFieldText(value);
  return name === null || name.includes('@') ? null : name;
}

function renderTier(value: string | null): string | null {
  const tier = parseFieldText(value);
  return tier === null ? null : `${tier.charAt(0).toUpperCase()}${tier.slice(1)}`;
}

/** Every field of the templates. For each, `has_NAME` says whether it is known. */
export const MERGE_FIELDS: readonly MergeField[] = [
  {
    name: 'first_name',
    means: 'First name of the contact',
    fallback: 'there',
    read: ({ customer }) => parseFirstName(readName(customer.contactName)),
  },
  {
    name: 'contact_name',
    means: 'Whole name of the contact',
    fallback: 'there',
    read: ({ customer }) => readName(customer.contactName),
  },
  {
    name: 'company',
    means: 'Name of the customer',
    fallback: 'your team',
    read: ({ customer }) => parseFieldText(customer.name),
  },
  {
    name: 'milestone',
    means: 'Name of the milestone',
    fallback: 'a new milestone',
    read: ({ milestone }) => parseFieldText(milestone.name),
  },
  {
    name: 'milestone_value',
    means: 'What was reached, for example 1,000,000',
    fallback: 'a new mark',
    read: ({ milestone }) => renderFigure(parseFieldText(milestone.value)),
  },
  {
    name: 'achieved_on',
    means: 'Day it was reached, in the time zone of the customer',
    fallback: 'these days',
    read: (context) => renderDate(context.milestone.achievedAt, 'day', readTimezone(context)),
  },
  {
    name: 'time_to_milestone',
    means: 'Time from signup to the milestone, for example 8 months',
    fallback: 'some time',
    read: (context) =>
      renderDuration(
        context.customer.signupDate,
        readLocalDay(context.milestone.achievedAt, readTimezone(context)),
      ),
  },
  {
    name: 'customer_since',
    means: 'Month of the signup, for example May 2025',
    fallback: 'the beginning',
    read: ({ customer }) => renderDate(customer.signupDate, 'month'),
  },
  {
    name: 'plan',
    means: 'Plan tier in force',
    fallback: 'current',
    read: ({ customer }) => renderTier(customer.planTier),
  },
  {
    name: 'csm_name',
    means: 'Name of the customer success manager',
    fallback: 'Your customer success team',
    read: ({ customer }) => readName(customer.csmName),
  },
  {
    name: 'product',
    means: '`product` of celebrations.yml',
    fallback: 'our product',
    read: ({ product }) => parseFieldText(product),
  },
];

/** What a template is rendered with: a text for every field, never an empty one. */
export type MergeValues = Readonly<Record<string, string | boolean>>;

/** The names a template may use: every field, and `has_` before it. */
export const FIELD_NAMES: readonly string[] = MERGE_FIELDS.flatMap(({ name }) => [name, `has_${name}`]);

/**
 * Fills every field: from the context, or with its fallback.
 *
 * @example
 * buildMergeValues(context)['first_name']; // 'Ines', or 'there'
 */
export function buildMergeValues(context: MergeContext): MergeValues {
  const values: Record<string, string | boolean> = {};
  for (const { name, fallback, read } of MERGE_FIELDS) {
    const value = read(context);
    values[name] = value ?? fallback;
    values[`has_${name}`] = value !== null;
  }
  return values;
}
