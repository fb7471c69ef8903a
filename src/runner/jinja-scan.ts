/** One piece of a template: plain text, or something between Jinja's braces. */
export interface JinjaSegment {
  readonly kind: 'text' | 'expression' | 'statement' | 'comment';
  /** Offsets of the whole segment, braces included. */
  readonly start: number;
  readonly end: number;
  /** Offsets of what stands between the braces (and their dashes). */
  readonly codeStart: number;
  readonly codeEnd: number;
}

/** A word, literal or sign of Jinja code. */
export interface JinjaToken {
  readonly kind: 'name' | 'string' | 'number' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A named block such as `{% macro x() %} … {% endmacro %}`. */
export interface JinjaBlock {
  readonly keyword: string;
  /** What follows the keyword in the opening tag. */
  readonly header: string;
  readonly start: number;
  readonly end: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

const OPENERS = { '{{': 'expression', '{%': 'statement', '{#': 'comment' } as const;
const CLOSERS = { expression: '}}', statement: '%}', comment: '#}' } as const;
const OPENER = /\{[{%#]/g;
const RAW_END = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
const TOKEN =
  /\s+|(?<name>[A-Za-z_]\w*)|(?<number>\d+(?:\.\d+)?)|(?<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<sign>.)/gsu;

/** Where the code that begins at `from` is closed, quotes respected; -1 when it is not. */
function findCloser(source: string, from: number, closer: string): number {
  let quote = '';
  for (let at = from; at < source.length; at += 1) {
    const letter = source[at] ?? '';
    if (quote !== '') {
      if (letter === '\\') at += 1;
      else if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '"') quote = letter;
    else if (source.startsWith(closer, at)) return at;
  }
  return -1;
}

function buildSegment(source: string, start: number): JinjaSegment | null {
  const kind = OPENERS[source.slice(start, start + 2) as keyof typeof OPENERS];
  const closer = CLOSERS[kind];
  const close =
    kind === 'comment' ? source.indexOf(closer, start + 2) : findCloser(source, start + 2, closer);
  if (close === -1) return null;
  const codeStart = start + (/[-+]/.test(source[start + 2] ?? '') ? 3 : 2);
  const codeEnd = /[-+]/.test(source[close - 1] ?? '') && close - 1 >= codeStart ? close - 1 : close;
  return { kind, start, end: close + 2, codeStart, codeEnd };
}

/** Divides a template into text and Jinja. Text inside `{% raw %}` is text; an unclosed brace is text too, and the engine reports it. */
export function scanJinja(source: string): JinjaSegment[] {
  const segments: JinjaSegment[] = [];
  let textStart = 0;
  const pushText = (end: number): void => {
    if (end > textStart)
      segments.push({ kind: 'text', start: textStart, end, codeStart: textStart, codeEnd: end });
  };
  let at = 0;
  while (at < source.length) {
    OPENER.lastIndex = at;
    const next = OPENER.exec(source);
    if (next === null) break;
    const segment = buildSegment(source, next.index);
    if (segment === null) break;
    pushText(segment.start);
    segments.push(segment);
    at = segment.end;
    textStart = at;
    if (segment.kind === 'statement' && source.slice(segment.codeStart, segment.codeEnd).trim() === 'raw') {
      RAW_END.lastIndex = at;
      const close = RAW_END.exec(source);
      if (close === null) break;
      pushText(close.index);
      textStart = close.index;
      at = close.index;
    }
  }
  pushText(source.length);
  return segments;
}

/** The tokens of one segment's code, white space left out; offsets are those of the whole template. */
export function scanTokens(source: string, segment: JinjaSegment): JinjaToken[] {
  const tokens: JinjaToken[] = [];
  for (const match of source.slice(segment.codeStart, segment.codeEnd).matchAll(TOKEN)) {
    const groups = match.groups ?? {};
    const kind = (['name', 'number', 'string', 'sign'] as const).find((name) => groups[name] !== undefined);
    if (kind === undefined) continue;
    const start = segment.codeStart + match.index;
    tokens.push({ kind, text: match[0], start, end: start + match[0].length });
  }
  return tokens;
}

/** Every name used in a template's code (not after a dot), for example the macros it may call. */
export function listNames(source: string): Set<string> {
  const names = new Set<string>();
  if (!source.includes('{')) return names;
  for (const segment of scanJinja(source)) {
    if (segment.kind !== 'expression' && segment.kind !== 'statement') continue;
    let previous = '';
    for (const token of scanTokens(source, segment)) {
      if (token.kind === 'name' && previous !== '.') names.add(token.text);
      previous = token.text;
    }
  }
  return names;
}

/** The outermost blocks opened by one of `keywords`; an unclosed one ends at the end of the text with `bodyEnd` -1. */
export function listBlocks(source: string, keywords: ReadonlySet<string>): JinjaBlock[] {
  const blocks: JinjaBlock[] = [];
  let open: { keyword: string; header: string; start: number; bodyStart: number } | null = null;
  for (const segment of scanJinja(source)) {
    if (segment.kind !== 'statement') continue;
    const code = source.slice(segment.codeStart, segment.codeEnd).trim();
    const keyword = /^\w+/.exec(code)?.[0] ?? '';
    if (open === null && keywords.has(keyword)) {
      const header = code.slice(keyword.length).trim();
      open = { keyword, header, start: segment.start, bodyStart: segment.end };
    } else if (open !== null && keyword === `end${open.keyword}`) {
      blocks.push({ ...open, end: segment.end, bodyEnd: segment.start });
      open = null;
    }
  }
  if (open !== null) blocks.push({ ...open, end: source.length, bodyEnd: -1 });
  return blocks;
}
