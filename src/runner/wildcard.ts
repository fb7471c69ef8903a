/** True when a name fits a pattern with `*`, `?` and `[abc]`, as in a shell. Without them, only when they are equal. */
export function matchesWildcard(text: string, pattern: string): boolean {
  if (!/[*?[]/.test(pattern)) return text === pattern;
  const expression = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replace(/\[!/g, '[^');
  return new RegExp(`^${expression}$`, 's').test(text);
}
