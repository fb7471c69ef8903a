import type { KnownBlock, ModalView } from '@slack/types';
import {
  buildPlainText,
  buildSection,
  LIMITS,
  renderEscaped,
  renderLine,
  renderShort,
} from './slack-text.ts';

/** A draft for somebody to edit and approve in a modal of Slack. */
export interface ModalDraft {
  readonly milestoneId: string;
  /** `email` for the congratulations, `permission` for the request to speak of it in public. */
  readonly purpose: 'email' | 'permission';
  readonly customerName: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Of the draft: what is approved is what was read. */
  readonly revision?: number;
  /** The card the button was on, so that it can be renewed. */
  readonly channel?: string;
  readonly messageTs?: string;
}

/** Ways to celebrate, as `milestone_celebrated` asks for them. */
export const CELEBRATION_WAYS = {
  email: 'E-mail',
  social: 'Social media',
  gift: 'Gift',
  case_study: 'Case study',
  call: 'Call',
  other: 'Something else',
} as const;

const LONGEST_SUBJECT = 200;

interface InputOptions {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly most: number;
  readonly isMultiline: boolean;
  readonly isOptional?: boolean;
}

function buildInput({ id, label, value, most, isMultiline, isOptional = false }: InputOptions): KnownBlock {
  return {
    type: 'input',
    block_id: id,
    optional: isOptional,
    label: buildPlainText(label, LIMITS.header),
    element: {
      type: 'plain_text_input',
      action_id: id,
      multiline: isMultiline,
      max_length: most,
      ...(value === '' ? {} : { initial_value: renderShort(value, most) }),
    },
  };
}

function buildMetadata(values: Readonly<Record<string, string | number | undefined>>): string {
  return JSON.stringify(values);
}

/**
 * A modal with a filled-in e-mail to edit; submitting it is the approval. The submission comes back as `subject` and
 * `text`. Slack takes 3,000 characters of text at most.
 */
export function renderEmailModal(draft: ModalDraft): ModalView {
  const { milestoneId, purpose, revision, channel, messageTs } = draft;
  const about = renderEscaped(renderShort(renderLine(draft.customerName), 200));
  const to = renderEscaped(renderLine(draft.to));
  return {
    type: 'modal',
    callback_id: purpose === 'email' ? 'milestone_email' : 'milestone_permission',
    private_metadata: buildMetadata({ milestoneId, revision, channel, messageTs }),
    title: buildPlainText(purpose === 'email' ? 'Celebration email' : 'Social permission', LIMITS.modalTitle),
    submit: buildPlainText('Approve', LIMITS.modalTitle),
    close: buildPlainText('Cancel', LIMITS.modalTitle),
    blocks: [
      {
        type: 'section',
        block_id: 'to',
        text: { type: 'mrkdwn', text: `To: ${to} (${about})`, verbatim: true },
      },
      buildInput({
        id: 'subject',
        label: 'Subject',
        value: renderLine(draft.subject),
        most: LONGEST_SUBJECT,
        isMultiline: false,
      }),
      buildInput({ id: 'text', label: 'Text', value: draft.text, most: LIMITS.inputText, isMultiline: true }),
    ],
  };
}

/** A modal that asks how a milestone was celebrated. The submission comes back as `how` (a key of `CELEBRATION_WAYS`) and `note`. */
export function renderCelebratedModal(
  card: Pick<ModalDraft, 'milestoneId' | 'customerName' | 'channel' | 'messageTs'>,
): ModalView {
  const { milestoneId, channel, messageTs } = card;
  const options = Object.entries(CELEBRATION_WAYS).map(([value, label]) => ({
    text: buildPlainText(label, LIMITS.button),
    value,
  }));
  return {
    type: 'modal',
    callback_id: 'milestone_celebrated',
    private_metadata: buildMetadata({ milestoneId, channel, messageTs }),
    title: buildPlainText('Mark celebrated', LIMITS.modalTitle),
    submit: buildPlainText('Save', LIMITS.modalTitle),
    close: buildPlainText('Cancel', LIMITS.modalTitle),
    blocks: [
      {
        type: 'input',
        block_id: 'how',
        label: buildPlainText(`How did you celebrate with ${renderLine(card.customerName)}?`, LIMITS.header),
        element: { type: 'static_select', action_id: 'how', options },
      },
      buildInput({
        id: 'note',
        label: 'Note',
        value: '',
        most: LIMITS.inputText,
        isMultiline: true,
        isOptional: true,
      }),
    ],
  };
}

/** A modal that only says something, where what a button was to do cannot be done. */
export function renderNoticeModal(title: string, lines: readonly string[]): ModalView {
  return {
    type: 'modal',
    callback_id: 'notice',
    title: buildPlainText(title, LIMITS.modalTitle),
    close: buildPlainText('Close', LIMITS.modalTitle),
    blocks: [buildSection('notice', lines)],
  };
}
