/** Longest subject, in UTF-16 units. */
const LONGEST_SUBJECT = 200;

/** Lone halves of characters: no mail program shows them, some refuse them. */
const LONE_SURROGATES = /\p{Surrogate}/gu;
/** The beginning of what another template language would fill in. */
const TEMPLATE_MARKS = /\{(?=[{%])/g;
const BEFORE_PUNCTUATION = /[ \t\u00a0]+([,.;!?])(?=[\s<]|$)/g;

/** A part of a message: no double spaces, no space before a comma, no rows of empty lines. */
export function tidyText(text: string): string {
  return text
    .replace(LONE_SURROGATES, '')
    .replace(TEMPLATE_MARKS, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(BEFORE_PUNCTUATION, '$1')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The subject as one line of 200 characters at most. */
export function tidySubject(text: string): string {
  const line = tidyText(text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' '));
  if (line.length <= LONGEST_SUBJECT) return line;
  return `${line
    .slice(0, LONGEST_SUBJECT - 1)
    .replace(LONE_SURROGATES, '')
    .trimEnd()}…`;
}
