import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunTask } from '../../src/runner/run-plan.ts';
import { runSchedule } from '../../src/runner/schedule-tasks.ts';

interface TaskSpec {
  readonly needs?: readonly string[];
  readonly guards?: readonly string[];
}

function buildPlan(specs: Readonly<Record<string, TaskSpec>>): readonly RunTask[] {
  return Object.entries(specs).map(([uniqueId, { needs = [], guards = [] }]) => ({
    uniqueId,
    kind: 'model',
    needs,
    guards,
  }));
}

interface Options {
  readonly lanes: number;
  readonly alone?: readonly string[];
  /** How many turns a task takes; one unless given. */
  readonly turns?: Readonly<Record<string, number>>;
}

/** Carries out a plan and tells each task's beginning (`+a`) and end (`-a`), and how many ran beside it when it began. */
async function trace(plan: readonly RunTask[], { lanes, alone = [], turns = {} }: Options) {
  const events: string[] = [];
  const beside: Record<string, readonly string[]> = {};
  const running = new Map<number, string>();
  await runSchedule(plan, {
    lanes: [...Array(lanes).keys()],
    isAlone: ({ uniqueId }) => alone.includes(uniqueId),
    run: async ({ uniqueId }, lane) => {
      expect(running.has(lane)).toBe(false);
      beside[uniqueId] = [...running.values()];
      running.set(lane, uniqueId);
      events.push(`+${uniqueId}`);
      for (let turn = 0; turn < (turns[uniqueId] ?? 1); turn += 1) await nextTurn();
      events.push(`-${uniqueId}`);
      running.delete(lane);
    },
  });
  return { events: events.join(' '), beside };
}

const DIAMOND = buildPlan({
  top: {},
  left: { needs: ['top'] },
  right: { needs: ['top'] },
  bottom: { needs: ['left'], guards: ['right'] },
  apart: {},
});

describe('a schedule', () => {
  it('is the plan from first to last on one connection', async () => {
    const { events } = await trace(DIAMOND, { lanes: 1 });
    expect(events).toBe('+top -top +left -left +right -right +bottom -bottom +apart -apart');
  });

  it('gives a free connection the first task that waits for nothing', async () => {
    const { events } = await trace(DIAMOND, { lanes: 2, turns: { apart: 20 } });
    expect(events).toBe('+top +apart -top +left -left +right -right +bottom -bottom -apart');
  });

  it('lets nothing run beside a task that must be alone, and nothing overtake it', async () => {
    const { events } = await trace(DIAMOND, { lanes: 3, alone: ['left'] });
    expect(events).toBe('+top +apart -top -apart +left -left +right -right +bottom -bottom');
  });

  it('does not wait for what comes later in the plan', async () => {
    const plan = buildPlan({ first: { guards: ['second'] }, second: { needs: ['first'] } });
    expect((await trace(plan, { lanes: 2 })).events).toBe('+first -first +second -second');
  });

  it('ends when the other tasks have, where one throws', async () => {
    const ended: string[] = [];
    const running = runSchedule(buildPlan({ bad: {}, slow: {}, next: {} }), {
      lanes: [0, 1],
      isAlone: () => false,
      run: async ({ uniqueId }) => {
        if (uniqueId === 'bad') throw new Error('no listener');
        for (let turn = 0; turn < 5; turn += 1) await nextTurn();
        ended.push(uniqueId);
      },
    });
    await expect(running).rejects.toThrow('no listener');
    expect(ended).toEqual(['slow']);
  });

  it('runs every task once, after what it waits for, whatever the plan', async () => {
    const plans = fc.array(
      fc.record({ waits: fc.array(fc.nat(30)), isAlone: fc.boolean(), turns: fc.nat(3) }),
      {
        maxLength: 25,
      },
    );
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 1, max: 4 }), async (specs, lanes) => {
        const ids = specs.map((_, index) => `t${index}`);
        const plan = buildPlan(
          Object.fromEntries(
            specs.map(({ waits }, index) => [`t${index}`, { needs: waits.map((n) => `t${n}`) }]),
          ),
        );
        const alone = ids.filter((_, index) => specs[index]?.isAlone);
        const turns = Object.fromEntries(ids.map((id, index) => [id, specs[index]?.turns ?? 0]));
        const { events, beside } = await trace(plan, { lanes, alone, turns });
        const order = events === '' ? [] : events.split(' ');
        expect(order.filter((event) => event.startsWith('+')).sort()).toEqual(
          ids.map((id) => `+${id}`).sort(),
        );
        for (const [index, { uniqueId, needs }] of plan.entries()) {
          for (const need of needs.filter((id) => ids.indexOf(id) !== -1 && ids.indexOf(id) < index)) {
            expect(order.indexOf(`-${need}`)).toBeLessThan(order.indexOf(`+${uniqueId}`));
          }
        }
        for (const [id, others] of Object.entries(beside)) {
          const isCrowded = others.length > 0 && [id, ...others].some((other) => alone.includes(other));
          expect(isCrowded).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});
