import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, systemChance } from '../base/index.ts';
import { openCelebrations } from '../celebrations/index.ts';
import type { Engine } from '../engines/index.ts';
import { type Channels, type NotifyPorts, openNotifyPorts, runWorkerOnce } from '../notify/index.ts';
import { followEmails, type MailDesk, withdrawEmails } from './celebration-mail.ts';
import { runJob, type TenureContext, withState } from './context.ts';
import { detectMilestones, syncDefinitions } from './detect-milestones-store.ts';
import { isUndetected } from './detection-due-store.ts';
import { openSharedState, type SharedState } from './shared-state.ts';
import {
  openSlackInteractions,
  type SlackAnswer,
  type SlackInteractions,
  type SlackRequest,
} from './slack-interactions.ts';
import { buildContext, type TenureOptions } from './tenure.ts';

import { type NotifyPlan, readNotifyPlan, readWorkspaceTemplates } from './workspace-notify.ts';

export interface ServingOptions {
  /** How often the outbox is looked through when nothing happens; 30 seconds unless given. */
  readonly intervalSeconds?: number | undefined;
  /** Told what goes wrong and does not end the service. */
  readonly note: (text: string) => void;
}

/** A workspace that is served: its outbox is emptied, its milestones noticed, the buttons of Slack work. */
export interface Serving {
  /** For verbs that run in this process meanwhile: `openTenure({ folder, shared })`. */
  readonly shared: SharedState;
  readonly channels: Channels;
  /** True when requests of Slack can be told from others. */
  readonly hasSigningSecret: boolean;
  handleSlackInteraction(request: SlackRequest): Promise<SlackAnswer>;
  /** Has the outbox looked through at once: something may have been put there. */
  wake(): void;
  /** Ends what runs and gives the workspace back. */
  close(): Promise<void>;
}

const INTERVAL_SECONDS = 30;
const ROWS_PER_ROUND = 200;

/** Runs a round again and again: after each interval, and at once when it is woken. */
function openRounds(runRound: () => Promise<void>, { intervalSeconds, note }: ServingOptions) {
  let pause = new AbortController();
  let isWoken = false;
  let isOpen = true;
  const loop = async (): Promise<void> => {
    while (isOpen) {
      isWoken = false;
      await runRound().catch((error: unknown) => note(`A round failed: ${errorText(error)}\n`));
      if (isWoken || !isOpen) continue;
      pause = new AbortController();
      const milliseconds = (intervalSeconds ?? INTERVAL_SECONDS) * 1000;
      await sleep(milliseconds, undefined, { signal: pause.signal }).catch(() => {});
    }
  };
  const running = loop();
  const wake = (): void => {
    isWoken = true;
    pause.abort();
  };
  const close = async (): Promise<void> => {
    isOpen = false;
    pause.abort();
    await running;
  };
  return { wake, close };
}

/** Looks for milestones when the warehouse is one that nobody has looked at. */
function buildWarehouseWatch(context: TenureContext): () => Promise<void> {
  const { storage } = context;
  let seen: string | null = null;
  return async () => {
    const stamp = await storage.fetchStamp();
    if (stamp === null || stamp === seen) return;
    await context.shared?.runNext(() => Promise.resolve());
    seen = await storage.fetchStamp();
    if (!(await withState(context, (state) => isUndetected(state, storage)))) return;
    await runJob(context, {
      kind: 'detect',
      asOf: null,
      work: (state) => detectMilestones(context, state),
      renderEnd: ({ counts }) => ({ status: 'ok', summary: `${counts.recorded} recorded` }),
    });
  };
}

function buildWorkerRound(desk: MailDesk, ports: NotifyPorts): () => Promise<void> {
  const send = () =>
    runWorkerOnce(desk.state, ports, {
      ...desk,
      chance: systemChance,
      limit: ROWS_PER_ROUND,
    });
  return async () => {
    await withdrawEmails(desk);
    await send();
    // The cards say then what became of their e-mails.
    if ((await followEmails(desk)) > 0) await send();
  };
}

interface Parts {
  readonly context: TenureContext;
  readonly plan: NotifyPlan;
  readonly ports: NotifyPorts;
  readonly options: ServingOptions;
  readonly onChange: () => void;
}

async function openDesk({ context }: Parts, state: Engine): Promise<MailDesk> {
  const { clock, ids } = context;
  const templates = readWorkspaceTemplates(context.workspace);
  return { state, celebrations: openCelebrations({ state, templates, clock }), clock, ids };
}

async function openInteractions(parts: Parts, shared: SharedState): Promise<SlackInteractions> {
  const { context, plan, ports, options, onChange } = parts;
  const desk = { ...(await openDesk(parts, await shared.connect())), storage: context.storage };
  const record = await shared.connect();
  const secret = plan.secrets.slackSigningSecret;
  return openSlackInteractions({ desk, record, ports, secret, onChange, note: options.note });
}

/**
 * Serves a workspace until it is closed: owns it, empties the outbox, looks for milestones in warehouses that somebody else
 * put there, and acts on the buttons of Slack. Verbs of this process work beside it when they are given `shared`.
 *
 * @throws TenureError DATABASE_OWNED, WORKSPACE_MISSING, DEFINITION_INVALID, SMTP_URL_INVALID
 *
 * @example
 * const service = await openServing({ folder: '/data/acme' }, { note: console.error });
 * const tenure = openTenure({ folder: '/data/acme', shared: service.shared });
 * await tenure.build(); // what it notices is told at once
 * await service.close();
 */
export async function openServing(tenure: TenureOptions, options: ServingOptions): Promise<Serving> {
  const own = buildContext(tenure);
  const plan = readNotifyPlan(own);
  const ports = openNotifyPorts(plan);
  let wake = (): void => {};
  const onChange = (): void => wake();
  const shared = await openSharedState(own, onChange);
  try {
    const context = { ...own, shared };
    await withState(context, (state) => syncDefinitions(context, state));
    const parts = { context, plan, ports, options, onChange };
    const interactions = await openInteractions(parts, shared);
    const desk = await openDesk(parts, await shared.connect());
    const rounds = openRounds(buildWorkerRound(desk, ports), options);
    const watch = openRounds(buildWarehouseWatch(context), options);
    wake = rounds.wake;
    return {
      shared,
      channels: plan.channels,
      hasSigningSecret: plan.secrets.slackSigningSecret !== null,
      handleSlackInteraction: interactions.handle,
      wake: onChange,
      close: async () => {
        await interactions.close();
        await watch.close();
        await shared.runNext(() => Promise.resolve());
        await rounds.close();
        await shared.close();
      },
    };
  } catch (error) {
    await shared.close();
    throw error;
  }
}
