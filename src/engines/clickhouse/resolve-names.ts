import { isName, isSpace } from './tokens.ts';

/** What a name in a statement stands for, a quoted relation or a query in parentheses, by `name` and by `schema.name`. */
export type RelationNames = ReadonlyMap<string, string>;

/** Functions that have a `from` between their arguments. */
const WITH_FROM = ['extract', 'trim', 'substring', 'overlay'];

interface Level {
  /** The common table expression that these parentheses define. */
  readonly defines: string | null;
  /** What stood before them. */
  readonly before: string;
}

function readName(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.toLowerCase();
}

/** One pass over the tokens of a text of statements, none of them space. */
class Resolution {
  readonly #tokens: readonly string[];
  readonly #names: RelationNames;
  /** What the common table expressions that are defined so far are called; they come before relations. */
  #defined = new Set<string>();
  #levels: Level[] = [];
  /** What stood before the parentheses that were closed last. */
  #closed = '';

  constructor(tokens: readonly string[], names: RelationNames) {
    this.#tokens = tokens;
    this.#names = names;
  }

  #word(index: number): string {
    return this.#tokens[index]?.toLowerCase() ?? '';
  }

  /** `x as (`, `x as materialized (` and `x(a, b) as (` define x. */
  #findDefined(index: number): string | null {
    let at = index - 1;
    if (this.#word(at) === 'materialized') at -= this.#word(at - 1) === 'not' ? 2 : 1;
    if (this.#word(at) !== 'as') return null;
    const name = this.#tokens[at - 1] ?? '';
    if (name === ')') return this.#closed === '' ? null : this.#closed;
    return isName(name) ? readName(name) : null;
  }

  #isRead(index: number): boolean {
    const before = this.#word(index - 1);
    if (before === 'join') return true;
    if (before !== 'from' || this.#word(index - 2) === 'distinct') return false;
    return !WITH_FROM.includes(this.#levels.at(-1)?.before ?? '');
  }

  /** What stands at a place: how many tokens name a relation there, and which; null where none is named. */
  resolve(index: number): { readonly length: number; readonly relation: string } | null {
    const token = this.#tokens[index] ?? '';
    if (token === '(')
      this.#levels.push({
        defines: this.#findDefined(index),
        before: isName(this.#tokens[index - 1] ?? '') ? readName(this.#tokens[index - 1] ?? '') : '',
      });
    else if (token === ')') this.#close();
    else if (token === ';') this.#defined = new Set();
    else if (isName(token) && this.#isRead(index)) return this.#find(index);
    return null;
  }

  #close(): void {
    const level = this.#levels.pop();
    this.#closed = level?.before ?? '';
    if (level?.defines != null) this.#defined.add(level.defines);
  }

  #find(index: number): { readonly length: number; readonly relation: string } | null {
    const name = readName(this.#tokens[index] ?? '');
    const [sign, second] = [this.#tokens[index + 1], this.#tokens[index + 2] ?? ''];
    const isQualified = sign === '.' && isName(second);
    if (sign === '(' || (!isQualified && this.#defined.has(name))) return null;
    const relation = this.#names.get(isQualified ? `${name}.${readName(second)}` : name);
    return relation === undefined ? null : { length: isQualified ? 3 : 1, relation };
  }
}

/**
 * The tokens of statements with every relation that is read, after `from` or `join`, as `names` says; other names stay. A common
 * table expression hides a relation of its name from where its definition ends.
 */
export function resolveNames(tokens: readonly string[], names: RelationNames): readonly string[] {
  if (names.size === 0) return tokens;
  const places = tokens.flatMap((token, index) => (isSpace(token) ? [] : [index]));
  const resolution = new Resolution(
    places.map((place) => tokens[place] ?? ''),
    names,
  );
  const resolved = [...tokens];
  places.forEach((place, index) => {
    const found = resolution.resolve(index);
    if (found === null) return;
    resolved[place] = found.relation;
    for (const later of places.slice(index + 1, index + found.length)) resolved[later] = '';
  });
  return resolved.filter((token) => token !== '');
}
