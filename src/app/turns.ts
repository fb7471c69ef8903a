const turns = new Map<string, Promise<unknown>>();

/** Runs work after all work of the same key that was begun before it, whether that went well or not. */
export async function runInTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key) ?? Promise.resolve();
  const turn = before.then(work);
  const end = turn.then(
    () => {},
    () => {},
  );
  turns.set(key, end);
  try {
    return await turn;
  } finally {
    if (turns.get(key) === end) turns.delete(key);
  }
}
