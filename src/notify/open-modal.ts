import type { ModalView } from '@slack/types';
import type { SlackPort } from './ports.ts';

/**
 * Opens a modal for whoever clicked. Slack takes it within three seconds of the click only.
 *
 * @returns null when it is open, otherwise why it is not, in Slack's words
 */
export async function openModal(port: SlackPort, triggerId: string, view: ModalView): Promise<string | null> {
  const outcome = await port.openView(triggerId, view);
  return outcome.kind === 'sent' ? null : outcome.reason;
}
