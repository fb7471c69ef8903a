import type { HeaderBlock, KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types';
import { localDay } from '../base/index.ts';

/** Slack's own limits of Block Kit. */
export const LIMITS = {
  blocks: 50,
  section: 3000,
  header: 150,
  button: 75,
  value: 2000,
  modalTitle: 24,
  inputText: 3000,
  metadata: 3000,
  fallback: 4000,
} as const;

/** One line of it: what somebody else wrote cannot begin lines of its own. */
export function renderLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]+/gu, ' ').trim();
}

/** At most so many UTF-16 units, never half a character, with an ellipsis where something is missing. */
export function renderShort(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Slack's escaping: no mention, link or channel can come of the text. */
export function renderEscaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}

/** Escaped, and short enough after that; an escape is never cut in two. */
function renderEscapedShort(text: string, most: number): string {
  const whole = renderEscaped(text);
  if (whole.length <= most) return whole;
  let shown = '';
  for (const character of text) {
    const next = renderEscaped(character);
    if (shown.length + next.length > most - 1) break;
    shown += next;
  }
  return `${shown}…`;
}

/** The text beside the blocks: what a notification on a phone shows. */
export function renderFallback(text: string): string {
  return renderEscapedShort(text, LIMITS.fallback);
}

export function buildPlainText(text: string, most: number): PlainTextElement {
  return { type: 'plain_text', text: renderShort(text, most), emoji: true };
}

/** Lines as one text; the first is bold where asked. Nothing in them is taken for a link or a mention. */
export function buildMarkdown(lines: readonly string[], isFirstBold = false): MrkdwnElement {
  const room = Math.floor(LIMITS.section / Math.max(1, lines.length)) - 3;
  const texts = lines.map((line) => renderEscapedShort(line, room));
  const [first = '', ...rest] = texts;
  // An asterisk inside would end the bold too early.
  const shown = isFirstBold ? `*${first.replaceAll('*', '∗')}*` : first;
  return { type: 'mrkdwn', text: [shown, ...rest].join('\n'), verbatim: true };
}

export function buildHeader(text: string): HeaderBlock {
  return { type: 'header', block_id: 'header', text: buildPlainText(text, LIMITS.header) };
}

export function buildSection(blockId: string, lines: readonly string[], isFirstBold = false): KnownBlock {
  return { type: 'section', block_id: blockId, text: buildMarkdown(lines, isFirstBold) };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Jan 29, 2026`, the day of a moment in ISO 8601; in UTC unless a time zone is given. */
export function renderDay(isoTime: string, timezone: string | null = null): string {
  const [year, month, day] = localDay(Date.parse(isoTime), timezone).split('-').map(Number);
  return `${MONTHS[(month ?? 1) - 1]} ${day}, ${year}`;
}

/** `$65,000` */
export function renderDollars(amount: number): string {
  const whole = Math.round(Math.abs(amount)).toLocaleString('en-US');
  return amount < 0 ? `−$${whole}` : `$${whole}`;
}
