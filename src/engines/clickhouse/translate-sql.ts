import { type RelationNames, resolveNames } from './resolve-names.ts';
import { isName, isSpace, splitTokens } from './tokens.ts';

const WIDE_TYPES: Readonly<Record<string, string>> = {
  date: 'Date32',
  timestamp: 'DateTime64(6)',
  timestamptz: `DateTime64(6, 'UTC')`,
  uuid: 'UUID',
};
const OPENINGS: Readonly<Record<string, string>> = {
  date: 'toDate32(',
  timestamp: 'toDateTime64(',
  timestamptz: 'parseDateTime64BestEffort(',
};
const CLOSINGS: Readonly<Record<string, string>> = {
  date: ')',
  timestamp: ', 6)',
  timestamptz: `, 6, 'UTC')`,
};
/** Words between the share of a percentile and its values. */
const PERCENTILE_WORDS = ['within', 'group', 'order', 'by'];
const FUNCTIONS: Readonly<Record<string, string>> = { percentile_cont: 'quantileExactInclusive' };
/** Functions that give a type's zero, not NULL, where there is no row, unless their value can be NULL. */
const NEIGHBOURS = ['lag', 'lead'];
/** Words that end a list of columns at its own depth. */
const LIST_ENDS = [
  'from',
  'where',
  'group',
  'having',
  'window',
  'order',
  'limit',
  'union',
  'except',
  'intersect',
];

/** What stands between two parentheses. */
interface Level {
  /** Where the present column of a select begins in `out`; null outside a list of columns. */
  column: number | null;
  /** True from `lag(` to the end of its first argument. */
  isNeighbour: boolean;
  /** Where the `count` of these parentheses, or of those before them, stands in `out`; null for others. */
  count: number | null;
}

/** What a `count(…)` may be followed by that is part of it. */
const COUNT_TAILS = ['filter', 'over'];

/** One pass over the tokens of a text of statements. */
class Translation {
  readonly out: string[] = [];
  /** The words and signs so far, without spaces, in lower case. */
  readonly before: string[] = [];
  readonly #levels: Level[] = [{ column: null, isNeighbour: false, count: null }];
  /** A `count(…)` that goes on. */
  #openCount: number | null = null;
  readonly #renderParameter: (place: number) => string;

  constructor(renderParameter: (place: number) => string) {
    this.#renderParameter = renderParameter;
  }

  get #level(): Level {
    return this.#levels.at(-1) as Level;
  }

  /** `a.x` in a list of columns is called `x`; ClickHouse calls it `a.x` where other tables have an `x` as well. */
  #endColumn(): void {
    const start = this.#level.column;
    if (start === null) return;
    const found = this.out.flatMap((token, index) => (index >= start && !isSpace(token) ? [index] : []));
    const [table, dot, name] = found.map((index) => this.out[index] ?? '');
    if (found.length !== 3 || dot !== '.' || !isName(table ?? '') || !isName(name ?? '')) return;
    this.out.splice((found[2] ?? 0) + 1, 0, ` as ${name}`);
  }

  #endArgument(): void {
    if (this.#level.isNeighbour) this.out.push(')');
    this.#level.isNeighbour = false;
  }

  #openParenthesis(): void {
    const last = this.before.at(-1) ?? '';
    const isNeighbour = NEIGHBOURS.includes(last);
    const word = this.out.findLastIndex((token) => !isSpace(token));
    const count = last === 'count' ? word : COUNT_TAILS.includes(last) ? this.#openCount : null;
    if (COUNT_TAILS.includes(last)) this.#openCount = null;
    this.#levels.push({ column: null, isNeighbour, count });
    this.out.push(isNeighbour ? '(toNullable(' : '(');
  }

  /** ClickHouse counts without signs, and then finds no type for a count beside a number with one. */
  #endCount(count: number): void {
    this.out[count] = `toInt64(${this.out[count]}`;
    this.out.push(')');
  }

  #closeParenthesis(next: string): void {
    this.#endArgument();
    this.#endColumn();
    const { count } = this.#level;
    if (this.#levels.length > 1) this.#levels.pop();
    this.out.push(')');
    if (count === null) return;
    if (COUNT_TAILS.includes(next.toLowerCase())) this.#openCount = count;
    else this.#endCount(count);
  }

  #addSign(token: string, next: string): void {
    if (token === '(') {
      this.#openParenthesis();
      return;
    }
    if (token === ')') {
      this.#closeParenthesis(next);
      return;
    }
    if (token === ',') {
      this.#endArgument();
      this.#endColumn();
    }
    this.out.push(token);
    if (token === ',' && this.#level.column !== null) this.#level.column = this.out.length;
  }

  /** `percentile_cont(p) within group (order by x)` is `quantileExactInclusive(p)(x)`. */
  #isPercentileWord(word: string, next: string): boolean {
    if (!PERCENTILE_WORDS.includes(word)) return false;
    const before = this.before.slice(-3).join(' ');
    if (word === 'within') return next.toLowerCase() === 'group';
    if (word === 'group') return before.endsWith('within');
    return word === 'order' ? before === 'within group (' : word === 'by' && before === 'group ( order';
  }

  #addWord(token: string, next: string): void {
    const word = token.toLowerCase();
    const last = this.before.at(-1) ?? '';
    if (this.#isPercentileWord(word, next)) return;
    if (LIST_ENDS.includes(word) && last !== 'distinct') {
      this.#endColumn();
      this.#level.column = null;
    }
    const wide = WIDE_TYPES[word];
    const isType = wide !== undefined && (word === 'timestamptz' || (last === 'as' && next === ')'));
    if (OPENINGS[word] !== undefined && next.startsWith("'")) this.out.push(OPENINGS[word]);
    else this.out.push(isType ? wide : (FUNCTIONS[word] ?? token));
    if (last === 'over' && this.#openCount !== null) {
      this.#endCount(this.#openCount);
      this.#openCount = null;
    }
    if (word === 'select' || (word === 'distinct' && last === 'select')) this.#level.column = this.out.length;
  }

  /** Adds a token that is not space; `next` is the one after it. */
  add(token: string, next: string): void {
    const last = this.before.at(-1) ?? '';
    if (token.startsWith("'")) this.out.push(token.replaceAll('\\', '\\\\') + (CLOSINGS[last] ?? ''));
    else if (token.startsWith('"')) this.out.push(token.replaceAll('\\', '\\\\'));
    else if (/^\$\d/.test(token)) this.out.push(this.#renderParameter(Number(token.slice(1))));
    else if (/^[A-Za-z_]/.test(token)) this.#addWord(token, next);
    else this.#addSign(token, next);
    this.before.push(token.toLowerCase());
  }

  end(): string {
    this.#endColumn();
    return this.out.join('');
  }
}

/**
 * Standard SQL in ClickHouse's words, statement by statement: a backslash in a literal or a name is itself; dates and moments have
 * the wide types (`Date` is from 1970 to 2149), also as `date '…'`; `uuid` is `UUID`; a column `a.x` of a select is called `x`; `lag` and
 * `lead` are NULL where there is no row; a count has a sign.
 *
 * @param renderParameter what stands for `$1`, `$2` …
 * @param names relations that have other names in the database
 */
export function translateSql(
  sql: string,
  renderParameter: (place: number) => string,
  names: RelationNames = new Map(),
): readonly string[] {
  const statements: string[] = [];
  let translation = new Translation(renderParameter);
  const tokens = resolveNames(splitTokens(sql), names);
  const nextOf = (index: number): string => {
    for (let at = index + 1; at < tokens.length; at += 1)
      if (!isSpace(tokens[at] ?? '')) return tokens[at] ?? '';
    return '';
  };
  tokens.forEach((token, index) => {
    if (isSpace(token)) translation.out.push(token);
    else if (token === ';') {
      statements.push(translation.end());
      translation = new Translation(renderParameter);
    } else translation.add(token, nextOf(index));
  });
  statements.push(translation.end());
  return statements.filter((statement) => statement.trim() !== '');
}
