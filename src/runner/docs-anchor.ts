/** The link to an entry of the page. */
export function renderAnchor(uniqueId: string): string {
  return `#${encodeURIComponent(uniqueId).replaceAll("'", '%27')}`;
}
