import { renderParagraphs } from '../base/index.ts';
import { renderAlertCard, renderAlertText } from './alert-card.ts';
import { renderDigest, renderDigestText } from './digest-card.ts';
import type { EmailDraft } from './email-draft.ts';
import { renderMilestoneCard, renderMilestoneText, type SlackMessage } from './milestone-card.ts';
import type { Content } from './outbox-types.ts';
import { renderLine, renderShort } from './slack-text.ts';

/** Slack's names of pictures, for mail programs, which do not know them. */
const PICTURES: Readonly<Record<string, string>> = {
  trophy: '🏆',
  email: '📧',
  bird: '🐦',
  gift: '🎁',
  memo: '📝',
  warning: '⚠️',
  white_check_mark: '✅',
  card_index_dividers: '🗂',
};

const LONGEST_SUBJECT = 200;

/** A notification as Slack is to show it. */
export function renderForSlack(content: Content): SlackMessage {
  if (content.kind === 'milestone') return renderMilestoneCard(content.card);
  if (content.kind === 'alert') return renderAlertCard(content.card);
  if (content.kind === 'digest') return renderDigest(content.card);
  return { text: content.email.subject, blocks: [] };
}

function renderText(content: Exclude<Content, { readonly kind: 'email' }>): string {
  if (content.kind === 'milestone')
    // What can be done from a message of Slack cannot be done from an e-mail.
    return renderMilestoneText(content.card).replace(/\n\n\[[^\n]*\]$/, '');
  return content.kind === 'alert' ? renderAlertText(content.card) : renderDigestText(content.card);
}

function renderHtml(text: string): string {
  return `<!doctype html>\n<html lang="en"><body>\n${renderParagraphs(text)}\n</body></html>\n`;
}

/** A notification as an e-mail; one that is an e-mail already stays as it was approved. */
export function renderForEmail(content: Content, to: string): EmailDraft {
  if (content.kind === 'email') return { ...content.email, to };
  const text = renderText(content).replace(/:([a-z_]+):/g, (name, word: string) => PICTURES[word] ?? name);
  const subject = renderShort(renderLine(text.split('\n')[0] ?? ''), LONGEST_SUBJECT);
  return { to, subject, text: `${text}\n`, html: renderHtml(text) };
}
