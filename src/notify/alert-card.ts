import type { SlackMessage } from './milestone-card.ts';
import { buildHeader, buildSection, renderFallback, renderLine } from './slack-text.ts';

/** A metric alert as its card tells it: plain data, every text ready to read. */
export interface AlertCard {
  /** `Health below 40` */
  readonly title: string;
  /** The customer, segment or company it is about. */
  readonly about: string;
  /** What happened, one sentence. */
  readonly what: string;
  /** `38 (was 52 a week ago)` */
  readonly value: string;
  /** `health_score < 40 on 3 of 5 days` */
  readonly rule: string;
  /** Where the number comes from, line by line: query, watermark. */
  readonly receipt: readonly string[];
  /** `2026-01-29` */
  readonly day: string;
  readonly isResolved?: boolean;
  /** Set when it would not have fired by data that came later: the value by that data, null where there is none. */
  readonly outdated?: { readonly value: string | null };
}

function renderTitle(card: AlertCard): string {
  const resolved = card.isResolved === true ? ':white_check_mark: Resolved' : ':warning: Alert';
  const icon = card.outdated === undefined ? resolved : ':leftwards_arrow_with_hook: Taken back';
  return `${icon}: ${renderLine(card.title)}`;
}

/** What data that came later says; nothing where it says the same. */
export function renderOutdated({ outdated }: AlertCard): string | null {
  if (outdated === undefined) return null;
  const value = outdated.value === null ? 'there is no value' : `the value is ${renderLine(outdated.value)}`;
  return `By data that came later ${value}: it would not have fired.`;
}

function listParts(card: AlertCard): readonly (readonly string[])[] {
  const outdated = renderOutdated(card);
  const facts = [
    `${renderLine(card.about)}: ${renderLine(card.what)}`,
    `- Value: ${renderLine(card.value)}`,
    `- Rule: ${renderLine(card.rule)}`,
    `- Day: ${renderLine(card.day)}`,
    ...(outdated === null ? [] : [`- ${outdated}`]),
  ];
  const receipt = card.receipt.slice(0, 10).map(renderLine);
  return receipt.length === 0 ? [facts] : [facts, ['Receipt:', ...receipt.map((line) => `- ${line}`)]];
}

/** An alert as text, the same lines as its blocks. */
export function renderAlertText(card: AlertCard): string {
  return [renderTitle(card), ...listParts(card).map((lines) => lines.join('\n'))].join('\n\n');
}

/** An alert as a message for Slack: what happened, the value, the rule, and the receipt of the number. */
export function renderAlertCard(card: AlertCard): SlackMessage {
  const [facts = [], receipt] = listParts(card);
  return {
    text: renderFallback(`${renderTitle(card)}: ${renderLine(card.about)}`),
    blocks: [
      buildHeader(renderTitle(card)),
      buildSection('facts', facts, true),
      ...(receipt === undefined ? [] : [buildSection('receipt', receipt, true)]),
    ],
  };
}
