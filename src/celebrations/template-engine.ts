import { Liquid } from 'liquidjs';
import type { MergeValues } from './merge-fields.ts';

/** What a template may do: choose between words and change their form. No loop, no file, no variable of its own. */
export const ALLOWED_TAGS: readonly string[] = ['if', 'unless', 'case', 'comment', '#'];
export const ALLOWED_FILTERS: readonly string[] = [
  'append',
  'capitalize',
  'default',
  'downcase',
  'prepend',
  'remove',
  'replace',
  'strip',
  'truncate',
  'truncatewords',
  'upcase',
];

/** Longest part of a template, in characters. */
export const LONGEST_TEMPLATE = 20_000;

/** Which part of a message a template is for: only HTML is escaped. */
export type TemplatePart = 'subject' | 'text' | 'html';

function openEngine(part: TemplatePart): Liquid {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: true,
    ownPropertyOnly: true,
    // Partials come from this object alone, and it is empty: no template reaches a file.
    templates: {},
    parseLimit: LONGEST_TEMPLATE,
    renderLimit: 2000,
    memoryLimit: 500_000,
    ...(part === 'html' ? { outputEscape: 'escape' as const } : {}),
  });
  const { tags, filters } = engine;
  for (const name of Object.keys(tags)) if (!ALLOWED_TAGS.includes(name)) delete tags[name];
  for (const name of Object.keys(filters)) if (!ALLOWED_FILTERS.includes(name)) delete filters[name];
  return engine;
}

const plain = openEngine('text');
const escaping = openEngine('html');

/** The variables a part names, with their lines. Throws what the language throws where it does not parse. */
export function parseVariables(
  source: string,
): readonly { readonly path: readonly string[]; readonly line: number }[] {
  const { globals } = plain.analyzeSync(plain.parse(source), { partials: false });
  return Object.values(globals)
    .flat()
    .map(({ segments, location }) => ({ path: segments.map(String), line: location.row }))
    .sort((one, other) => one.line - other.line);
}

/** A part filled in. Values are data: template marks in them mean nothing. */
export function renderPart(source: string, part: TemplatePart, values: MergeValues): string {
  const engine = part === 'html' ? escaping : plain;
  return String(engine.parseAndRenderSync(source, { ...values }));
}
