import { TenureError } from '../base/index.ts';

/** What to generate: the same plan gives the same bytes. */
export interface CompanyPlan {
  /** Customers who signed up by `asOf`. */
  readonly customers: number;
  /** Length of the history, ending with `asOf`. */
  readonly days: number;
  /** Last day of the history, `YYYY-MM-DD`: whatever is later has not happened. */
  readonly asOf: string;
  readonly seed: number;
}

const DICTIONARY_AS_OF = '2026-03-14';

/** Named sizes. `demo` is what `npm start` shows; `dictionary` is the company of the data dictionary. */
export const PRESETS = {
  demo: { customers: 1000, days: 730, asOf: DICTIONARY_AS_OF, seed: 1 },
  dictionary: { customers: 5000, days: 730, asOf: DICTIONARY_AS_OF, seed: 1 },
} as const satisfies Record<string, CompanyPlan>;

export type PresetName = keyof typeof PRESETS;

/** What may be said about a company; what is left out comes from the preset, `demo` unless named. */
export interface CompanyRequest {
  readonly preset?: string;
  readonly customers?: number;
  readonly days?: number;
  readonly asOf?: string;
  readonly seed?: number;
}

const LIMITS = {
  customers: [1, 1_000_000],
  days: [60, 3650],
  seed: [0, 4_294_967_295],
} as const;

function checkNumber(option: keyof typeof LIMITS, value: number): void {
  const [least, most] = LIMITS[option];
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new TenureError('GENERATE_OPTION_INVALID', {
    option,
    value: String(value),
    expected: `a whole number from ${least} to ${most}`,
  });
}

function checkDate(value: string): void {
  const isShaped = /^\d{4}-\d{2}-\d{2}$/.test(value);
  if (isShaped && new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value)) return;
  throw new TenureError('GENERATE_OPTION_INVALID', {
    option: 'as-of',
    value,
    expected: 'a date such as 2026-03-14',
  });
}

/**
 * Fills a request up to a plan.
 *
 * @throws TenureError GENERATE_OPTION_INVALID for a number out of its range, a date that is none, an unknown preset
 *
 * @example
 * buildCompanyPlan({ preset: 'dictionary', seed: 7 });
 * // { customers: 5000, days: 730, asOf: '2026-03-14', seed: 7 }
 */
export function buildCompanyPlan(request: CompanyRequest): CompanyPlan {
  const name = request.preset ?? 'demo';
  if (!Object.hasOwn(PRESETS, name)) {
    throw new TenureError('GENERATE_OPTION_INVALID', {
      option: 'preset',
      value: name,
      expected: `one of ${Object.keys(PRESETS).join(', ')}`,
    });
  }
  const preset = PRESETS[name as PresetName];
  const plan = {
    customers: request.customers ?? preset.customers,
    days: request.days ?? preset.days,
    asOf: request.asOf ?? preset.asOf,
    seed: request.seed ?? preset.seed,
  };
  checkNumber('customers', plan.customers);
  checkNumber('days', plan.days);
  checkNumber('seed', plan.seed);
  checkDate(plan.asOf);
  return Object.freeze(plan);
}
