import { createHmac } from 'node:crypto';
import type { Clock } from '../../src/base/index.ts';

export const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';

/** What may be wrong with a request. */
export interface Wrong {
  readonly secret?: string;
  readonly secondsAgo?: number;
  readonly contentType?: string;
  /** Sent in the place of what was signed. */
  readonly body?: string;
}

/** Sends what Slack would send when somebody clicks or submits. */
export async function postInteraction(
  url: string,
  payload: unknown,
  { clock, wrong = {} }: { readonly clock: Clock; readonly wrong?: Wrong },
): Promise<{ readonly status: number; readonly body: string }> {
  const { secret = SECRET, secondsAgo = 0, contentType = 'application/x-www-form-urlencoded' } = wrong;
  const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const timestamp = String(Math.floor(clock.now() / 1000) - secondsAgo);
  const response = await fetch(`${url}/slack/interactions`, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`,
    },
    body: wrong.body ?? body,
  });
  return { status: response.status, body: await response.text() };
}

let serial = 0;

/** A click on a button of a card. */
export function buildClick(
  action: string,
  milestoneId: string,
  { clock, user = 'ana' }: { readonly clock: Clock; readonly user?: string },
) {
  serial += 1;
  return {
    type: 'block_actions',
    user: { id: `U${user.toUpperCase()}`, name: user },
    trigger_id: `trigger.${serial}`,
    channel: { id: 'C1' },
    message: { ts: '1.1' },
    actions: [{ action_id: action, value: milestoneId, action_ts: (clock.now() / 1000).toFixed(6) }],
  };
}

interface OpenedView {
  readonly callback_id: string;
  readonly private_metadata?: string;
  readonly blocks: readonly {
    readonly block_id: string;
    readonly text?: { readonly text: string };
    readonly element?: { readonly action_id: string; readonly initial_value?: string };
  }[];
}

/** The submission of a modal as it was opened, with some inputs changed. */
export function buildSubmission(
  view: unknown,
  change: Readonly<Record<string, string>>,
  { id, user = 'ana' }: { readonly id: string; readonly user?: string },
) {
  const { callback_id, private_metadata = '', blocks } = view as OpenedView;
  const inputs = blocks.flatMap(({ block_id, element }) =>
    element === undefined
      ? []
      : [{ block_id, action: element.action_id, value: change[element.action_id] ?? element.initial_value }],
  );
  const values = inputs.map(({ block_id, action, value = null }) => [
    block_id,
    { [action]: action === 'how' ? { selected_option: { value: value ?? '' } } : { value } },
  ]);
  return {
    type: 'view_submission',
    user: { id: `U${user.toUpperCase()}`, name: user },
    view: { id, callback_id, private_metadata, state: { values: Object.fromEntries(values) } },
  };
}

/** All that a modal says outside of its inputs. */
export function renderView(view: unknown): string {
  return (view as OpenedView).blocks.map(({ text }) => text?.text ?? '').join('\n');
}
