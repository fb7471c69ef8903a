import { parse } from 'yaml';
import { errorText, TenureError } from '../base/index.ts';
import { type CommandOption, type Invocation, parseListOption, parseTextOption } from './command.ts';

/** Options of the commands that run a part of the project. */
export const SELECTION_OPTIONS = {
  select: {
    type: 'string',
    multiple: true,
    value: 'S',
    description: 'Nodes to take: name, +name, tag:x, path:y …',
  },
  exclude: { type: 'string', multiple: true, value: 'S', description: 'Nodes to leave out.' },
  'as-of': { type: 'string', value: 'D', description: 'The day to look at, YYYY-MM-DD (UTC).' },
  vars: {
    type: 'string',
    value: 'YAML',
    description: "Variables of the project: '{attribution_model: linear}'.",
  },
} as const satisfies Record<string, CommandOption>;

/** @throws TenureError USAGE when the text is no date of the calendar */
export function parseAsOf(invocation: Invocation): string | undefined {
  const text = parseTextOption(invocation, 'as-of');
  if (text === undefined) return undefined;
  const isDate =
    /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
  if (!isDate)
    throw new TenureError('USAGE', { problem: `--as-of ${text}: give a date such as 2026-03-14.` });
  return text;
}

/** @throws TenureError USAGE when `--vars` is no mapping */
export function parseVars(invocation: Invocation): Readonly<Record<string, unknown>> {
  const text = parseTextOption(invocation, 'vars');
  if (text === undefined) return {};
  try {
    const value: unknown = parse(text, { schema: 'core' });
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    throw new TenureError('USAGE', { problem: `--vars: ${errorText(error)}` }, { cause: error });
  }
  throw new TenureError('USAGE', {
    problem: `--vars ${text}: give a mapping such as '{attribution_model: linear}'.`,
  });
}

/** What `--select`, `--exclude`, `--as-of` and `--vars` say. */
export function parseSelection(invocation: Invocation) {
  const asOf = parseAsOf(invocation);
  return {
    select: parseListOption(invocation, 'select'),
    exclude: parseListOption(invocation, 'exclude'),
    vars: parseVars(invocation),
    ...(asOf === undefined ? {} : { asOf }),
  };
}
