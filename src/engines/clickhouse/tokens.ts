const TOKENS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$\d+|[A-Za-z_][A-Za-z0-9_]*|\d[\w.]*|\s+|[\s\S]/g;
const SPACE = /^(\s|--|\/\*)/;
const NAME = /^([A-Za-z_]|")/;

/** A text of statements in pieces that make it up again: literals, names, signs, and the space and comments between them. */
export function splitTokens(sql: string): readonly string[] {
  return sql.match(TOKENS) ?? [];
}

/** True for space and comments. */
export function isSpace(token: string): boolean {
  return SPACE.test(token);
}

/** True for a word, and for a name in quotes. */
export function isName(token: string): boolean {
  return NAME.test(token);
}
