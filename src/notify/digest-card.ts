import type { SlackMessage } from './milestone-card.ts';
import { buildHeader, buildSection, renderFallback, renderLine, renderShort } from './slack-text.ts';

/** Several notifications in one message. */
export interface Digest {
  /** `storm`: there were more than somebody's budget of a day; `daily`: they want a digest. */
  readonly reason: 'storm' | 'daily';
  /** The most valuable first. */
  readonly items: readonly { readonly kind: string; readonly line: string }[];
}

const LINES_PER_BLOCK = 20;
/** What fits into Slack's 50 blocks with room to spare. */
const MOST_LINES = 400;
const LONGEST_LINE = 140;

function renderCount(digest: Digest): string {
  const count = (kind: string) => digest.items.filter((item) => item.kind === kind).length;
  const parts = ['milestone', 'alert']
    .map((kind) => ({ kind, n: count(kind) }))
    .filter(({ n }) => n > 0)
    .map(({ kind, n }) => `${n}${digest.reason === 'storm' ? ' more' : ''} ${kind}${n === 1 ? '' : 's'}`);
  return parts.join(' and ');
}

function listLines(digest: Digest): readonly string[] {
  const lines = digest.items
    .slice(0, MOST_LINES)
    .map(({ line }) => `- ${renderShort(renderLine(line), LONGEST_LINE)}`);
  const missing = digest.items.length - lines.length;
  return missing > 0 ? [...lines, `- and ${missing} in the inbox`] : lines;
}

function renderIntroduction(digest: Digest): string {
  return digest.reason === 'storm'
    ? 'The most valuable came singly; these would have been more than your daily budget:'
    : 'Your daily digest:';
}

/** A digest as text. */
export function renderDigestText(digest: Digest): string {
  return [renderCount(digest), [renderIntroduction(digest), ...listLines(digest)].join('\n')].join('\n\n');
}

/** A digest as one message for Slack, which says how many notifications it stands for, and why. */
export function renderDigest(digest: Digest): SlackMessage {
  const lines = listLines(digest);
  const blocks = [];
  for (let start = 0; start < lines.length; start += LINES_PER_BLOCK)
    blocks.push(buildSection(`lines-${start}`, lines.slice(start, start + LINES_PER_BLOCK)));
  const title = `:card_index_dividers: ${renderCount(digest)}`;
  return {
    text: renderFallback(title),
    blocks: [buildHeader(title), buildSection('introduction', [renderIntroduction(digest)]), ...blocks],
  };
}
