import { quoteIdentifier } from '../base/index.ts';
import type { ManifestNode } from './manifest.ts';
import type { NodeContext } from './run-types.ts';

type HookSet = 'pre-hook' | 'post-hook';

/** A node as its hooks see it. */
export interface HookSubject {
  readonly node: ManifestNode;
  /** What `is_incremental()` answers in its hooks. */
  readonly isIncremental?: boolean;
}

async function runHooks(
  context: NodeContext,
  { node, isIncremental = false }: HookSubject,
  hooks: { readonly set: HookSet; readonly isInside: boolean },
): Promise<void> {
  for (const hook of node.config[hooks.set] ?? []) {
    if (hook.transaction !== hooks.isInside) continue;
    const sql = context.compiler.render(hook.sql, node.unique_id, { isIncremental }).trim();
    if (sql !== '') await context.engine.execute(sql);
  }
}

/** Puts a schema in place, once a run. */
export async function createSchema(context: NodeContext, schema: string): Promise<void> {
  const { engine, catalog } = context;
  if (catalog.schemas.has(schema)) return;
  await engine.execute(engine.dialect.createSchema(quoteIdentifier(schema)));
}

/**
 * Runs `work` with the node's schema in place and its hooks around it: those with `transaction: false`
 * outside, everything else in one transaction.
 */
export async function runWithHooks<T>(
  context: NodeContext,
  subject: HookSubject,
  work: () => Promise<T>,
): Promise<T> {
  const { schema } = subject.node;
  await runHooks(context, subject, { set: 'pre-hook', isInside: false });
  const result = await context.engine.transaction(async () => {
    await createSchema(context, schema);
    await runHooks(context, subject, { set: 'pre-hook', isInside: true });
    const done = await work();
    await runHooks(context, subject, { set: 'post-hook', isInside: true });
    return done;
  });
  context.catalog.schemas.add(schema);
  await runHooks(context, subject, { set: 'post-hook', isInside: false });
  return result;
}
