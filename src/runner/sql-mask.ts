import { scanJinja } from './jinja-scan.ts';

/** SQL in which comments, strings and Jinja can no longer be mistaken for SQL; every line stays where it was. */
export interface MaskedSql {
  /** The text with Jinja expressions as the word `jinja…`, references as `relation…`, strings as `'xxx'`. */
  readonly text: string;
  /** The code of the Jinja, with line breaks kept and everything else blank. */
  readonly jinja: string;
}

const COMMENT_OR_STRING = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
/** A reference by name; one by variable, as in a loop over sources, cannot be an import. */
const REFERENCE = /^\s*(?:ref|source)\s*\(\s*['"]/;

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** A word of the same length, so that places are kept; line breaks inside come after it. */
function fill(word: string, text: string): string {
  const breaks = text.replace(/[^\n]/g, '');
  return word.padEnd(Math.max(word.length, text.length - breaks.length), '_') + breaks;
}

function maskExpression(text: string, code: string): string {
  if (REFERENCE.test(code)) return fill('relation', text);
  // A separator written as `{{ ',' if not loop.last }}`, and configuration, which prints nothing.
  if (/\bloop\s*\.\s*last\b/.test(code)) return `,${blank(text.slice(1))}`;
  return /^\s*config\s*\(/.test(code) ? blank(text) : fill('jinja', text);
}

function maskCommentOrString(text: string): string {
  if (text.startsWith('--') || text.startsWith('/*')) return blank(text);
  return text[0] + text.slice(1, -1).replace(/[^\n]/g, 'x') + text[0];
}

/** Masks a model's text for the rules that look at SQL. */
export function maskSql(source: string): MaskedSql {
  let text = '';
  let jinja = '';
  for (const segment of scanJinja(source)) {
    const whole = source.slice(segment.start, segment.end);
    const code = source.slice(segment.codeStart, segment.codeEnd);
    if (segment.kind === 'text') text += whole;
    else if (segment.kind === 'expression') text += maskExpression(whole, code);
    else text += blank(whole);
    jinja += segment.kind === 'expression' || segment.kind === 'statement' ? whole : blank(whole);
  }
  return { text: text.replace(COMMENT_OR_STRING, maskCommentOrString), jinja };
}
