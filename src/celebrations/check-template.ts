import { errorText, TenureError } from '../base/index.ts';
import { didYouMean } from '../runner/index.ts';
import { buildMergeValues, FIELD_NAMES, MERGE_FIELDS } from './merge-fields.ts';
import {
  ALLOWED_FILTERS,
  ALLOWED_TAGS,
  LONGEST_TEMPLATE,
  parseVariables,
  renderPart,
  type TemplatePart,
} from './template-engine.ts';

/** A part of a template, and where it is written. */
export interface TemplateSource {
  readonly file: string;
  /** The line on which its text begins. */
  readonly line: number;
  /** Its place in the file, such as templates.usage.text. */
  readonly place: string;
  readonly part: TemplatePart;
  readonly text: string;
}

interface Finding {
  readonly line: number;
  readonly problem: string;
  readonly hint: string;
}

const FIELD_LIST = `Fields: ${MERGE_FIELDS.map(({ name }) => name).join(', ')}; has_ before a name asks whether it is known.`;

/** What would run, load, or leave its quotes. */
const UNSAFE_HTML: readonly (readonly [RegExp, string])[] = [
  [/<\s*(?:script|iframe|object|embed|form|base)\b/i, 'this element may not stand in a message'],
  [/\bjavascript\s*:/i, 'a message runs nothing'],
  [/<[^>]*\son\w+\s*=/i, 'a message runs nothing'],
  [/=\s*\{\{/, 'put the value of the attribute in quotes'],
];

function countLine(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function buildSuggestion(name: string, candidates: readonly string[], list: string): string {
  const near = didYouMean(name, candidates, '');
  return near === '' ? list : `${near} ${list}`;
}

function checkVariables(text: string): readonly Finding[] {
  return parseVariables(text)
    .filter(({ path }) => path.length !== 1 || !FIELD_NAMES.includes(path[0] ?? ''))
    .map(({ path, line }) => {
      const name = path.join('.');
      return {
        line,
        problem: `there is no field ${name}`,
        hint: buildSuggestion(name, FIELD_NAMES, FIELD_LIST),
      };
    });
}

/** The language's own complaint in our words. */
function buildSyntaxFinding(error: unknown): Finding {
  const message = errorText(error);
  const line = Number(/, line:(\d+)/.exec(message)?.[1] ?? 1);
  const problem = message.replace(/, line:\d+.*$/s, '').replace(/(?:\s|\\n)+/g, ' ');
  const filter = /^undefined filter: (\S+)/.exec(problem)?.[1];
  if (filter !== undefined) {
    const list = `Filters: ${ALLOWED_FILTERS.join(', ')}.`;
    const hint = buildSuggestion(filter, ALLOWED_FILTERS, list);
    return { line, problem: `there is no filter ${filter}`, hint };
  }
  const tag = /^tag "(\S+)" not found/.exec(problem)?.[1];
  if (tag !== undefined)
    return { line, problem: `there is no tag ${tag}`, hint: `Tags: ${ALLOWED_TAGS.join(', ')}.` };
  return { line, problem, hint: 'Correct the template; docs/celebrations.md shows one.' };
}

function checkMarks({ text, part }: TemplateSource): readonly Finding[] {
  const findings: Finding[] = [];
  const inner = /(?:\{\{|\{%)(?:(?!\}\}|%\}).)*?\{/s.exec(text);
  if (inner !== null) {
    const hint = 'Nobody should receive an unfilled field: take the inner brace out.';
    findings.push({ line: countLine(text, inner.index), problem: 'a brace stands inside braces', hint });
  }
  if (part !== 'html') return findings;
  for (const [pattern, problem] of UNSAFE_HTML) {
    const found = pattern.exec(text);
    if (found === null) continue;
    findings.push({ line: countLine(text, found.index), problem, hint: 'Write plain HTML.' });
  }
  return findings;
}

const NOBODY = buildMergeValues({
  milestone: { name: null, value: null, achievedAt: null },
  customer: {
    name: null,
    contactName: null,
    signupDate: null,
    planTier: null,
    timezone: null,
    csmName: null,
  },
  product: null,
});

function checkSource(source: TemplateSource): readonly Finding[] {
  const { text, part } = source;
  if (text.length > LONGEST_TEMPLATE) {
    const problem = `it has ${text.length} characters, more than ${LONGEST_TEMPLATE}`;
    return [{ line: 1, problem, hint: 'Write less.' }];
  }
  try {
    const findings = [...checkMarks(source), ...checkVariables(text)];
    if (findings.length > 0) return findings;
    const rendered = renderPart(text, part, NOBODY);
    const hint = 'Give it words that stand there whatever is known.';
    return rendered.trim() === '' ? [{ line: 1, problem: 'it says nothing', hint }] : [];
  } catch (error) {
    return [buildSyntaxFinding(error)];
  }
}

/**
 * Refuses a template that names an unknown field, filter or tag, that does not parse, or that would let a value out of its
 * place in the HTML.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line, the nearest name and what there is
 */
export function assertTemplate(source: TemplateSource): void {
  const [finding] = checkSource(source);
  if (finding === undefined) return;
  throw new TenureError('DEFINITION_INVALID', {
    file: source.file,
    line: source.line + finding.line - 1,
    problem: `${source.place}: ${finding.problem}`,
    hint: finding.hint,
  });
}
