/** One common table expression of a query. */
export interface CteShape {
  readonly name: string;
  readonly start: number;
  readonly body: string;
  readonly bodyStart: number;
  /** True when it only brings in one model or source: no join, no grouping, nothing combined. */
  readonly isImport: boolean;
}

/** A query of the form `with a as (…), b as (…) select …`. */
export interface SqlShape {
  readonly ctes: readonly CteShape[];
  /** The query after the last of them. */
  readonly main: string;
  readonly mainStart: number;
}

const CTE_HEAD = /\s*(?<name>[A-Za-z_]\w*)\s*(?:\([^()]*\)\s*)?as\s*(?:(?:not\s+)?materialized\s*)?\(/iy;
const IMPORT =
  /^\s*select\b(?:\s*\*\s*|[^()*]*)\bfrom\s+relation\w*(?:\s+as\s+\w+)?(?:\s+where\b[\s\S]*)?\s*$/i;
const NOT_IMPORT = /\b(?:join|group\s+by|union|intersect|except|over)\b/i;

function findClose(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

/** Takes masked SQL apart into its common table expressions and the query after them. */
export function parseSqlShape(text: string): SqlShape {
  const head = /^\s*with\b(?:\s+recursive\b)?/i.exec(text);
  const ctes: CteShape[] = [];
  let at = head?.[0].length ?? 0;
  while (head !== null) {
    CTE_HEAD.lastIndex = at;
    const match = CTE_HEAD.exec(text);
    if (match === null) break;
    const open = at + match[0].length - 1;
    const close = findClose(text, open);
    const body = text.slice(open + 1, close);
    const start = at + (match[0].length - match[0].trimStart().length);
    const isImport = IMPORT.test(body) && !NOT_IMPORT.test(body);
    ctes.push({ name: match.groups?.['name'] ?? '', start, body, bodyStart: open + 1, isImport });
    at = close + 1;
    const comma = /^\s*,/.exec(text.slice(at));
    if (comma === null) break;
    at += comma[0].length;
  }
  return { ctes, main: text.slice(at), mainStart: at };
}

/** One expression of a select list. */
export interface SelectItem {
  readonly text: string;
  readonly start: number;
  /** The name given with `as`. */
  readonly alias: string | null;
}

/** Words that end a select list when they stand outside brackets. */
const LIST_END = /^(?:from|where|group|order|having|limit|union|intersect|except|window)$/;

/** Every select list of a masked text, those of subqueries too. */
export function listSelectLists(text: string): SelectItem[][] {
  return [...text.matchAll(/\bselect\b(?:\s+distinct\b(?:\s+on\s*\([^()]*\))?)?/gi)].map((match) =>
    readItems(text, match.index + match[0].length),
  );
}

function readItems(text: string, from: number): SelectItem[] {
  const items: SelectItem[] = [];
  let depth = 0;
  let start = from;
  const push = (end: number): void => {
    const written = text.slice(start, end);
    const trimmed = written.trim();
    const alias = /\bas\s+"?(\w+)"?$/i.exec(trimmed)?.[1] ?? null;
    if (trimmed !== '') items.push({ text: trimmed, start: start + written.indexOf(trimmed), alias });
  };
  const word = /[A-Za-z_]\w*|'[^']*'|"[^"]*"|[(),;]/g;
  word.lastIndex = from;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    const sign = match[0];
    if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    if (depth < 0 || (depth === 0 && (sign === ';' || LIST_END.test(sign.toLowerCase())))) {
      push(match.index);
      return items;
    }
    if (depth === 0 && sign === ',') {
      push(match.index);
      start = match.index + 1;
    }
  }
  push(text.length);
  return items;
}
