import { errorText, TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import {
  type Interaction,
  MILESTONE_ACTIONS,
  type NotifyPorts,
  openModal,
  parseInteraction,
  recordInteraction,
  renderNoticeModal,
  verifySlackSignature,
} from '../notify/index.ts';
import { buildModal, type MilestoneInteraction, runSubmission, type SlackDesk } from './slack-click.ts';
import { runInTurn } from './turns.ts';

/** A request as it came; the body byte for byte, since it is signed. */
export interface SlackRequest {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

/** What Slack is answered; it shows the errors of a modal below its inputs. */
export interface SlackAnswer {
  readonly status: 200 | 400 | 401;
  readonly body: Readonly<Record<string, unknown>> | null;
}

export interface InteractionsOptions {
  readonly desk: SlackDesk;
  /** A connection that nothing else uses: it holds a transaction while an interaction is acted on by that of the desk. */
  readonly record: Engine;
  readonly ports: NotifyPorts;
  /** Null when nothing can be told from a forgery: then nothing is accepted. */
  readonly secret: string | null;
  /** Something was enqueued. */
  readonly onChange: () => void;
  readonly note: (text: string) => void;
}

const ACTIONS: ReadonlySet<string> = new Set(Object.values(MILESTONE_ACTIONS));
const LONGEST_PROBLEM = 300;
const TITLE = 'This cannot be done';

/** Handles the requests of Slack, and waits for what they led to. */
export interface SlackInteractions {
  handle(request: SlackRequest): Promise<SlackAnswer>;
  /** Ends when everything begun has ended. */
  close(): Promise<void>;
}

/** Acts on an interaction once: it is noted when it was acted on, and one that was refused may come again. */
function runOnce<T>(
  { desk, record }: InteractionsOptions,
  interaction: MilestoneInteraction,
  act: () => Promise<T>,
): Promise<T | null> {
  return runInTurn(`interaction ${desk.storage.key}`, () =>
    record.transaction(async () =>
      (await recordInteraction(record, interaction, desk)) ? await act() : null,
    ),
  );
}

/** What a person is told; what nobody expected is told to those who run the service instead. */
function renderProblem(error: unknown, note: (text: string) => void): readonly string[] {
  if (error instanceof TenureError && error.kind === 'usage') return [error.message, error.fix];
  note(`Slack: ${errorText(error)}\n`);
  return ['Tenure could not do this.', 'Nothing was sent. Try again; its log says what went wrong.'];
}

async function runClick(options: InteractionsOptions, click: MilestoneInteraction): Promise<void> {
  const { desk, ports, note } = options;
  const view = await runOnce(options, click, () => buildModal(desk, click)).catch((error: unknown) =>
    renderNoticeModal(TITLE, renderProblem(error, note)),
  );
  if (view === null || click.triggerId === null || ports.slack === null) return;
  const problem = await openModal(ports.slack, click.triggerId, view);
  if (problem !== null) note(`Slack did not open a modal: ${problem}\n`);
}

async function runSubmitted(
  options: InteractionsOptions,
  submission: MilestoneInteraction,
): Promise<SlackAnswer> {
  try {
    await runOnce(options, submission, () => runSubmission(options.desk, submission));
    options.onChange();
    return { status: 200, body: null };
  } catch (error) {
    const problem = renderProblem(error, options.note).join(' ').slice(0, LONGEST_PROBLEM);
    const input = submission.action === MILESTONE_ACTIONS.celebrated ? 'how' : 'text';
    return { status: 200, body: { response_action: 'errors', errors: { [input]: problem } } };
  }
}

function parseRequest({ contentType = '', body }: SlackRequest): Interaction {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType))
    throw new TenureError('INTERACTION_INVALID', { problem: 'it is not form-encoded' });
  return parseInteraction(Buffer.from(body).toString('utf8'));
}

function isAboutMilestone(interaction: Interaction): interaction is MilestoneInteraction {
  return interaction.milestoneId !== null;
}

/**
 * Opens the desk that takes clicks and submissions from Slack: 401 for what is not signed by it, 400 for what is no
 * interaction, otherwise 200. A click is answered at once and its modal follows; each is acted on once.
 */
export function openSlackInteractions(options: InteractionsOptions): SlackInteractions {
  const running = new Set<Promise<void>>();
  return {
    async handle(request) {
      const { secret, desk, note } = options;
      const now = desk.clock.now();
      if (secret === null || !verifySlackSignature({ ...request, secret, now }))
        return { status: 401, body: null };
      let interaction: Interaction;
      try {
        interaction = parseRequest(request);
      } catch (error) {
        note(`Slack: ${errorText(error)}\n`);
        return { status: 400, body: null };
      }
      // A button of another message of the app is somebody else's.
      if (!ACTIONS.has(interaction.action)) return { status: 200, body: null };
      if (!isAboutMilestone(interaction)) return { status: 400, body: null };
      if (interaction.kind === 'submission') return runSubmitted(options, interaction);
      const click = runClick(options, interaction)
        .catch((error: unknown) => note(`Slack: ${errorText(error)}\n`))
        .finally(() => running.delete(click));
      running.add(click);
      return { status: 200, body: null };
    },
    close: async () => {
      await Promise.all(running);
    },
  };
}
