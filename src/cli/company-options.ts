import { type GenerateRequest, PRESETS } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { type CommandOption, type Invocation, parseTextOption } from './command.ts';

/** Options of the commands that make a company up. */
export const COMPANY_OPTIONS = {
  customers: { type: 'string', value: 'N', description: 'How many customers sign up.' },
  days: { type: 'string', value: 'D', description: 'Length of the history.' },
  seed: { type: 'string', value: 'S', description: 'Another seed, another company; 1 unless given.' },
} as const satisfies Record<string, CommandOption>;

function renderPresets(): string {
  const presets = Object.entries(PRESETS);
  return presets
    .map(([name, { customers, days }]) => `${name} (${customers} customers, ${days} days)`)
    .join(', ');
}

export const PRESET_OPTION = {
  type: 'string',
  value: 'P',
  description: `${renderPresets()}; the first unless named.`,
} as const satisfies CommandOption;

const NUMBERS = ['customers', 'days', 'seed'] as const;

function parseNumber(option: string, value: string): number {
  // Said here, where the text still is as it was typed; the range is checked with the plan.
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new TenureError('GENERATE_OPTION_INVALID', { option, value, expected: 'a whole number' });
}

/**
 * What the options say of the company; the rest comes from the preset.
 *
 * @throws TenureError GENERATE_OPTION_INVALID
 */
export function parseCompany(invocation: Invocation): GenerateRequest {
  const numbers = NUMBERS.flatMap((option) => {
    const text = parseTextOption(invocation, option);
    return text === undefined ? [] : [[option, parseNumber(option, text)] as const];
  });
  const [preset, asOf] = [parseTextOption(invocation, 'preset'), parseTextOption(invocation, 'as-of')];
  return {
    ...(preset === undefined ? {} : { preset }),
    ...(asOf === undefined ? {} : { asOf }),
    ...Object.fromEntries(numbers),
  };
}
