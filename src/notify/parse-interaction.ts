import { z } from 'zod';
import { TenureError } from '../base/index.ts';

/** A click on a button, or the submission of a modal. */
export interface Interaction {
  readonly kind: 'action' | 'submission';
  /** The `action_id` of the button, or the `callback_id` of the modal: `milestone_email`, for example. */
  readonly action: string;
  readonly milestoneId: string | null;
  readonly user: { readonly id: string; readonly name: string };
  readonly channel: string | null;
  /** The message the button is on. */
  readonly messageTs: string | null;
  /** For opening a modal, within three seconds. */
  readonly triggerId: string | null;
  /** Slack's time of the click in seconds; null for a submission. */
  readonly actionTs: string | null;
  /** Of the draft a submitted modal showed; null where it showed none. */
  readonly revision: number | null;
  /** Id of the submitted modal. */
  readonly viewId: string | null;
  /** What was typed and chosen in a modal, by `action_id`. */
  readonly values: Readonly<Record<string, string>>;
}

const user = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  username: z.string().optional(),
});

const actionPayload = z.object({
  type: z.literal('block_actions'),
  user,
  trigger_id: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string() }).optional(),
  container: z.object({ channel_id: z.string().optional(), message_ts: z.string().optional() }).optional(),
  actions: z
    .array(
      z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string().optional() }),
    )
    .min(1),
});

const inputState = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});

const submissionPayload = z.object({
  type: z.literal('view_submission'),
  user,
  trigger_id: z.string().optional(),
  view: z.object({
    id: z.string().min(1),
    callback_id: z.string(),
    private_metadata: z.string().default(''),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), inputState)) }),
  }),
});

const payload = z.discriminatedUnion('type', [actionPayload, submissionPayload]);

const metadata = z.object({
  milestoneId: z.string().optional(),
  revision: z.int().optional(),
  channel: z.string().optional(),
  messageTs: z.string().optional(),
});

function buildFailure(problem: string, cause?: unknown): TenureError {
  return new TenureError('INTERACTION_INVALID', { problem }, cause === undefined ? {} : { cause });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw buildFailure('a part of it is not JSON', error);
  }
}

function buildUser(found: z.infer<typeof user>): Interaction['user'] {
  return { id: found.id, name: found.name ?? found.username ?? found.id };
}

function buildAction(found: z.infer<typeof actionPayload>): Interaction {
  const [first] = found.actions;
  return {
    kind: 'action',
    action: first?.action_id ?? '',
    milestoneId: first?.value ?? null,
    user: buildUser(found.user),
    channel: found.channel?.id ?? found.container?.channel_id ?? null,
    messageTs: found.message?.ts ?? found.container?.message_ts ?? null,
    triggerId: found.trigger_id ?? null,
    actionTs: first?.action_ts ?? null,
    revision: null,
    viewId: null,
    values: {},
  };
}

function buildSubmission(found: z.infer<typeof submissionPayload>): Interaction {
  const { view } = found;
  const read = metadata.safeParse(view.private_metadata === '' ? {} : parseJson(view.private_metadata));
  if (!read.success) throw buildFailure('its private metadata is not ours');
  const values: Record<string, string> = {};
  for (const inputs of Object.values(view.state.values))
    for (const [id, input] of Object.entries(inputs))
      values[id] = input.value ?? input.selected_option?.value ?? '';
  return {
    kind: 'submission',
    action: view.callback_id,
    milestoneId: read.data.milestoneId ?? null,
    user: buildUser(found.user),
    channel: read.data.channel ?? null,
    messageTs: read.data.messageTs ?? null,
    triggerId: found.trigger_id ?? null,
    actionTs: null,
    revision: read.data.revision ?? null,
    viewId: view.id,
    values,
  };
}

/**
 * Reads the body of Slack's request to the interactivity URL. Verify its signature first.
 *
 * @throws TenureError INTERACTION_INVALID for anything but a click on a button or the submission of a modal
 */
export function parseInteraction(body: string): Interaction {
  const text = new URLSearchParams(body).get('payload');
  if (text === null) throw buildFailure('it has no payload');
  const result = payload.safeParse(parseJson(text));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw buildFailure(`${issue?.path.join('.') || 'payload'}: ${issue?.message ?? 'unknown form'}`);
  }
  return result.data.type === 'block_actions' ? buildAction(result.data) : buildSubmission(result.data);
}
