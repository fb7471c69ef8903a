import type { Button, KnownBlock } from '@slack/types';
import {
  buildHeader,
  buildMarkdown,
  buildPlainText,
  buildSection,
  LIMITS,
  renderDay,
  renderDollars,
  renderFallback,
  renderLine,
} from './slack-text.ts';

/** What can be done from a card, and the `action_id` of its button. */
export type MilestoneAction = 'email' | 'permission' | 'celebrated';

/** A milestone as its card tells it: plain data. Times are ISO 8601. */
export interface MilestoneCard {
  readonly milestoneId: string;
  readonly customerName: string;
  /** `1 Million API Calls` */
  readonly title: string;
  /** `API usage reached 1,000,000 calls` */
  readonly detail: string;
  readonly achievedAt: string;
  /** The time zone in which `achievedAt` has its day; UTC when absent. */
  readonly timezone?: string;
  /** `8 months` */
  readonly timeToMilestone: string | null;
  /** `May 2025` */
  readonly customerSince: string | null;
  /** In dollars a year. */
  readonly arr: number | null;
  readonly health: { readonly score: number; readonly band: string } | null;
  /** Why a figure of above is null, in words; `not known` when absent. */
  readonly unknown?: Readonly<
    Partial<Record<'timeToMilestone' | 'customerSince' | 'arr' | 'health', string>>
  >;
  /** `emoji` is a name of Slack's, for example `gift`. */
  readonly ideas: readonly { readonly emoji: string; readonly text: string; readonly reason?: string }[];
  /** What somebody did already: after a message only `Mark Celebrated` is left, after `celebrated` nothing. */
  readonly done?: readonly {
    readonly action: MilestoneAction;
    readonly by: string;
    readonly at: string;
    /** `by e-mail`, `with a gift: a cake` */
    readonly how: string;
  }[];
  readonly revoked?: { readonly reason: string };
}

/** A message for Slack: its blocks, and the text that stands for them in a notification. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** The `action_id` of each button of a card; its value is the milestone's id. */
export const MILESTONE_ACTIONS = {
  email: 'milestone_email',
  permission: 'milestone_permission',
  celebrated: 'milestone_celebrated',
} as const satisfies Record<MilestoneAction, string>;

const BUTTONS: readonly (readonly [MilestoneAction, string])[] = [
  ['email', 'Send Celebration Email'],
  ['permission', 'Request Social Permission'],
  ['celebrated', 'Mark Celebrated'],
];
const DONE: Readonly<Record<MilestoneAction, string>> = {
  email: 'Celebration email',
  permission: 'Social permission',
  celebrated: 'Celebrated',
};
/** More ideas than anybody reads. */
const MOST_IDEAS = 10;

/** What may still be done. A customer gets one message for a milestone: after one was approved none is offered. */
function listButtons(card: MilestoneCard): readonly (readonly [MilestoneAction, string])[] {
  const done = new Set(card.done?.map(({ action }) => action));
  if (card.revoked !== undefined || done.has('celebrated')) return [];
  const hasMessage = done.has('email') || done.has('permission');
  return BUTTONS.filter(([action]) => action === 'celebrated' || !hasMessage);
}

/** A paragraph of a card. */
export interface CardPart {
  /** title, details, context, ideas, done or revoked. */
  readonly id: string;
  readonly lines: readonly string[];
}

function buildContextLines(card: MilestoneCard): readonly string[] {
  const unknown = (figure: 'timeToMilestone' | 'customerSince' | 'arr' | 'health') =>
    `— (${renderLine(card.unknown?.[figure] ?? 'not known')})`;
  const health =
    card.health === null
      ? unknown('health')
      : `${Math.round(card.health.score)} (${renderLine(card.health.band)})`;
  return [
    'Customer Context:',
    `- Customer since: ${card.customerSince === null ? unknown('customerSince') : renderLine(card.customerSince)}`,
    `- Current ARR: ${card.arr === null ? unknown('arr') : renderDollars(card.arr)}`,
    `- Health Score: ${health}`,
  ];
}

function buildIdeaLines(card: MilestoneCard): readonly string[] {
  if (card.ideas.length === 0) return [];
  const lines = card.ideas
    .slice(0, MOST_IDEAS)
    .map(
      ({ emoji, text }, index) =>
        `${index + 1}. :${emoji.replace(/[^a-z0-9_+'-]/g, '')}: ${renderLine(text)}`,
    );
  return ['Celebration Ideas:', ...lines];
}

/** Why these ideas: small print under the card, whose own lines stay those of the seed. */
function listReasonBlocks({ ideas, revoked }: MilestoneCard): readonly KnownBlock[] {
  const lines = ideas
    .slice(0, MOST_IDEAS)
    .flatMap(({ reason }, index) => (reason === undefined ? [] : [`${index + 1}. ${renderLine(reason)}`]));
  if (lines.length === 0 || revoked !== undefined) return [];
  return [{ type: 'context', block_id: 'reasons', elements: [buildMarkdown(lines)] }];
}

/** The parts of a card below its header, in order: what text and blocks have in common. */
export function listCardParts(card: MilestoneCard): readonly CardPart[] {
  const time = card.timeToMilestone ?? `— (${card.unknown?.timeToMilestone ?? 'not known'})`;
  const done = (card.done ?? []).map(
    (step) => `${DONE[step.action]}: ${renderLine(step.how)}, ${renderLine(step.by)}, ${renderDay(step.at)}`,
  );
  const parts: CardPart[] = [
    { id: 'title', lines: [`Milestone Achieved: ${renderLine(card.title)}!`] },
    {
      id: 'details',
      lines: [
        'Details:',
        `- Milestone: ${renderLine(card.detail)}`,
        `- Achieved: ${renderDay(card.achievedAt, card.timezone)}`,
        `- Time to milestone: ${renderLine(time)}`,
      ],
    },
    { id: 'context', lines: buildContextLines(card) },
    { id: 'ideas', lines: card.revoked === undefined ? buildIdeaLines(card) : [] },
    { id: 'done', lines: done.length === 0 ? [] : ['Done:', ...done.map((line) => `- ${line}`)] },
    {
      id: 'revoked',
      lines: card.revoked === undefined ? [] : ['Revoked:', `- ${renderLine(card.revoked.reason)}`],
    },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

function renderHeaderText(card: MilestoneCard): string {
  return `:trophy: Customer Milestone: ${renderLine(card.customerName)}`;
}

/** A card as text, line for line as seed 000 shows it in section 5.1. */
export function renderMilestoneText(card: MilestoneCard): string {
  const paragraphs = [renderHeaderText(card), ...listCardParts(card).map(({ lines }) => lines.join('\n'))];
  const buttons = listButtons(card).map(([, label]) => `[${label}]`);
  return [...paragraphs, ...(buttons.length > 0 ? [buttons.join(' ')] : [])].join('\n\n');
}

/** A card as a message for Slack: the same lines as the text, within Slack's limits, with a button for all that may still be done. */
export function renderMilestoneCard(card: MilestoneCard): SlackMessage {
  const sections = listCardParts(card).map(({ id, lines }) => buildSection(id, lines, true));
  const buttons = listButtons(card).map(
    ([action, label], index): Button => ({
      type: 'button',
      action_id: MILESTONE_ACTIONS[action],
      text: buildPlainText(label, LIMITS.button),
      value: card.milestoneId,
      ...(index === 0 ? { style: 'primary' } : {}),
    }),
  );
  const actions: KnownBlock[] =
    buttons.length > 0 ? [{ type: 'actions', block_id: 'actions', elements: buttons }] : [];
  const revoked = card.revoked === undefined ? '' : ' (revoked)';
  return {
    text: renderFallback(`${renderHeaderText(card)}: ${renderLine(card.title)}${revoked}`),
    blocks: [buildHeader(renderHeaderText(card)), ...sections, ...actions, ...listReasonBlocks(card)],
  };
}
