import type { RunTask } from './run-plan.ts';

/** How the tasks of a plan are carried out. */
export interface Schedule<Lane> {
  /** The connections; each works at one task at a time, and the first that is free is taken. */
  readonly lanes: readonly Lane[];
  /** True for a task that nothing else may run beside. */
  isAlone(task: RunTask): boolean;
  /** Carries out a task; how it went must be known when it ends. */
  run(task: RunTask, lane: Lane): Promise<void>;
}

interface Waiting {
  /** How many tasks must end before each. */
  readonly counts: number[];
  /** By unique id, the places of the tasks that wait for it. */
  readonly followers: ReadonlyMap<string, readonly number[]>;
}

/** A task waits for its needs and guards as far as they stand before it in the plan. */
function listWaiting(plan: readonly RunTask[]): Waiting {
  const seen = new Set<string>();
  const followers = new Map<string, number[]>();
  const counts = plan.map(({ uniqueId, needs, guards }, place) => {
    const before = [...new Set([...needs, ...guards])].filter((id) => seen.has(id));
    for (const id of before) followers.get(id)?.push(place);
    seen.add(uniqueId);
    followers.set(uniqueId, []);
    return before.length;
  });
  return { counts, followers };
}

/**
 * Carries out a plan on several connections at once: a free one takes the first task of the plan that waits for nothing
 * any more. On one connection the tasks run in the order of the plan.
 */
export async function runSchedule<Lane>(plan: readonly RunTask[], schedule: Schedule<Lane>): Promise<void> {
  const { counts, followers } = listWaiting(plan);
  const ready = [...plan.keys()].filter((place) => counts[place] === 0);
  const free = [...schedule.lanes.keys()];
  const running = new Set<Promise<void>>();
  let isOccupied = false;
  const end = (task: RunTask, lane: number): void => {
    isOccupied = false;
    free.push(lane);
    free.sort((left, right) => left - right);
    for (const place of followers.get(task.uniqueId) ?? []) {
      counts[place] = (counts[place] ?? 0) - 1;
      if (counts[place] === 0) ready.push(place);
    }
    ready.sort((left, right) => left - right);
  };
  const begin = async (task: RunTask, lane: number): Promise<void> => {
    await schedule.run(task, schedule.lanes[lane] as Lane);
    end(task, lane);
  };
  const canBegin = (task: RunTask): boolean => !isOccupied && (running.size === 0 || !schedule.isAlone(task));
  try {
    for (;;) {
      for (;;) {
        const task = plan[ready[0] ?? -1];
        const lane = free[0];
        if (task === undefined || lane === undefined || !canBegin(task)) break;
        ready.shift();
        free.shift();
        isOccupied = schedule.isAlone(task);
        const work: Promise<void> = begin(task, lane).finally(() => running.delete(work));
        running.add(work);
      }
      if (running.size === 0) return;
      await Promise.race(running);
    }
  } finally {
    await Promise.allSettled(running);
  }
}
