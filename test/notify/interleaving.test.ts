import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemIds } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import {
  defaultNotifySettings,
  enqueueAlerts,
  enqueueCardUpdate,
  listNotifications,
  type NotifyPorts,
  retryDead,
} from '../../src/notify/index.ts';
import { type Fault, openSlackServer, type SlackServer } from './slack-server.ts';
import {
  buildInput,
  buildItem,
  buildMovingClock,
  countStates,
  GROWTHCORP,
  openPorts,
  openState,
  runOnce,
  THURSDAY,
} from './workbench.ts';

const clock = buildMovingClock(THURSDAY);
const writing = { ids: systemIds, clock };
const settings = { ...defaultNotifySettings, daily_budget: 3 };
let server: SlackServer;
/** For runs in which calls hang. */
let impatient: NotifyPorts;
let ports: NotifyPorts;

beforeAll(async () => {
  server = await openSlackServer(clock.now);
  impatient = openPorts({ slackUrl: server.url, mailPort: null, timeoutMs: 80 });
  ports = openPorts({ slackUrl: server.url, mailPort: null });
});
afterAll(() => server.close());

/** Something that happens; `run` may fail in the ways of its faults. */
type Event =
  | { readonly kind: 'enqueue'; readonly items: readonly number[] }
  | { readonly kind: 'renew'; readonly item: number; readonly name: string }
  | { readonly kind: 'pass'; readonly minutes: number }
  | { readonly kind: 'run'; readonly workers: number; readonly faults: readonly (Fault | null)[] };

const fault: fc.Arbitrary<Fault | null> = fc.constantFrom<(Fault | null)[]>(
  null,
  { kind: 'limited', seconds: 5 },
  { kind: 'status', status: 500 },
  { kind: 'refused', error: 'fatal_error' },
  { kind: 'silent' },
  { kind: 'done-silent' },
  { kind: 'done-dropped' },
  { kind: 'done-status', status: 502 },
);

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('enqueue' as const),
    items: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 10 }),
  }),
  fc.record({
    kind: fc.constant('renew' as const),
    item: fc.integer({ min: 0, max: 7 }),
    name: fc.constantFrom('One', 'Two'),
  }),
  fc.record({ kind: fc.constant('pass' as const), minutes: fc.integer({ min: 0, max: 2000 }) }),
  fc.record({
    kind: fc.constant('run' as const),
    workers: fc.integer({ min: 1, max: 2 }),
    faults: fc.array(fault, { maxLength: 4 }),
  }),
);

/** What the item is called, in its card and in the line of a digest. */
const renderName = (item: number) => `item-${item}`;

async function runEvent(engines: readonly [Engine, Engine], one: Event, known: Set<number>): Promise<void> {
  const [engine] = engines;
  if (one.kind === 'pass') clock.pass(one.minutes * 60);
  if (one.kind === 'enqueue') {
    const items = one.items.map((item) => buildItem(renderName(item), { worth: item }));
    await engine.transaction(() => enqueueAlerts(engine, buildInput(items, settings), writing));
    for (const item of one.items) known.add(item);
  }
  if (one.kind === 'renew' && known.has(one.item)) {
    const card = { ...GROWTHCORP, milestoneId: `id of ${renderName(one.item)}`, customerName: one.name };
    const content = { kind: 'milestone', card } as const;
    await enqueueCardUpdate(engine, { dedupeKey: renderName(one.item), content }, writing);
  }
  if (one.kind === 'run') {
    server.faults.set('chat.postMessage', [...one.faults]);
    await Promise.all(engines.slice(0, one.workers).map((each) => runOnce(each, impatient, { clock })));
    server.faults.clear();
  }
}

/** Which items a person has been told of, each as often as it was, singly or in a digest. */
function listTold(): readonly string[] {
  const messages = [...server.channels.values()].flat();
  return messages.flatMap(({ metadata, blocks }) => {
    const key = metadata?.event_payload.dedupe_key ?? '';
    return key.startsWith('digest') ? (JSON.stringify(blocks).match(/item-\d/g) ?? []) : [key];
  });
}

it('whatever happens in whatever order, everything is told exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 3, maxLength: 14 }), async (events) => {
      clock.set(THURSDAY);
      server.channels.clear();
      const engine = await openState();
      const other = await engine.connect();
      const known = new Set<number>();
      for (const one of events) await runEvent([engine, other], one, known);
      // Eight failures are a dead letter; somebody sends it again.
      for (const { id } of await listNotifications(engine, { state: 'dead', limit: 100 }))
        await retryDead(engine, { id, by: 'max' }, { clock });
      for (let turn = 0; turn < 8; turn += 1) {
        clock.pass(86_400);
        await runOnce(engine, ports, { clock });
      }
      expect([...listTold()].sort()).toEqual([...known].sort().map(renderName));
      const states = await countStates(engine);
      for (const open of ['pending', 'sending', 'held', 'dead', 'uncertain'])
        expect(states[open] ?? 0, open).toBe(0);
      await engine.close();
    }),
    { numRuns: 15 },
  );
});
