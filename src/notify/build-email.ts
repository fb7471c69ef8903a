import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { TenureError } from '../base/index.ts';
import { type EmailAddress, hasControlCharacters, parseAddress } from './email-address.ts';
import type { EmailDraft } from './email-draft.ts';

export interface EmailInput extends EmailDraft {
  readonly from: string;
  readonly replyTo?: string | undefined;
  /** The Message-ID follows from it: the same notification has the same one, in whatever attempt. */
  readonly dedupeKey: string;
  /** For the Date header, milliseconds since the epoch. */
  readonly at: number;
}

/** An e-mail ready for SMTP. */
export interface BuiltEmail {
  readonly from: string;
  readonly to: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly raw: Buffer;
}

const LONGEST_SUBJECT = 500;

function assertAddress(text: string, header: string): EmailAddress {
  const parsed = parseAddress(text);
  if (parsed === null) throw new TenureError('EMAIL_INVALID', { problem: `${header} is not one address` });
  return parsed;
}

/**
 * Checks what an e-mail would be made of: one address each, no control characters in a header, both parts.
 *
 * @throws TenureError EMAIL_INVALID saying which part is wrong
 */
export function assertEmail(draft: EmailDraft): void {
  assertAddress(draft.to, 'To');
  const refuse = (problem: string) => new TenureError('EMAIL_INVALID', { problem });
  if (hasControlCharacters(draft.subject))
    throw refuse('the subject holds a line break or a control character');
  if (draft.subject.trim() === '' || draft.subject.length > LONGEST_SUBJECT)
    throw refuse(`the subject is empty or longer than ${LONGEST_SUBJECT} characters`);
  if (draft.text.trim() === '') throw refuse('it has no text part');
  if (draft.html.trim() === '') throw refuse('it has no HTML part');
}

/**
 * Builds the message of an e-mail, with text and HTML part.
 *
 * @throws TenureError EMAIL_INVALID for an address that is none, a header with a line break, a part that is missing
 */
export async function buildEmail(input: EmailInput): Promise<BuiltEmail> {
  assertEmail(input);
  const from = assertAddress(input.from, 'From');
  const to = assertAddress(input.to, 'To');
  const replyTo = input.replyTo === undefined ? undefined : assertAddress(input.replyTo, 'Reply-To');
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const mark = createHash('sha256').update(input.dedupeKey).digest('hex').slice(0, 32);
  const messageId = `<${mark}@${domain}>`;
  const message = new MailComposer({
    from: { ...from },
    to: { ...to },
    ...(replyTo === undefined ? {} : { replyTo: { ...replyTo } }),
    subject: input.subject,
    text: input.text,
    html: input.html,
    messageId,
    date: new Date(input.at),
    // Text stays text: nothing is ever read from a file or fetched to go into a message.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const raw = await message.build();
  return { from: from.address, to: to.address, messageId, raw };
}
