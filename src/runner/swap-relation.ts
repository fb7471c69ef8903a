import { quoteIdentifier, quoteRelation } from '../base/index.ts';
import type { Engine, TableStorage } from '../engines/index.ts';
import { renderSubquery } from './compiled-sql.ts';
import { dropWithViews, restoreViews } from './dependent-views.ts';
import type { NodeContext } from './run-types.ts';

export interface RelationTarget {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** Tables only. */
  readonly storage?: TableStorage;
  /** Rows are added to it later. */
  readonly isGrowing?: boolean;
}

const PLAIN_STORAGE: TableStorage = { engine: null, orderBy: [], partitionBy: [] };

/** PostgreSQL cuts names at 63 bytes, so the name beside is cut first. */
export function buildNameBeside(name: string): string {
  return `${name.slice(0, 48)}__tenure_new`;
}

/** What a replacement needs of a node's context. */
type SwapContext = Pick<NodeContext, 'engine' | 'catalog'>;

/** What stands under a name now, or null: as noted, where a drop takes nothing else along. */
export async function fetchStanding(
  context: SwapContext,
  target: { readonly schema: string; readonly name: string },
): Promise<RelationTarget['kind'] | null> {
  const { engine, catalog } = context;
  if (!engine.profile.bindsViewsLate) return engine.fetchKind(target.schema, target.name);
  return catalog.kinds.get(quoteRelation(target.schema, target.name)) ?? null;
}

async function dropRelation(engine: Engine, target: RelationTarget): Promise<void> {
  await engine.execute(`drop ${target.kind} if exists ${quoteRelation(target.schema, target.name)}`);
}

/** The statement that makes a relation of a name from a query. */
async function renderRelation(engine: Engine, target: RelationTarget, sql: string): Promise<string> {
  const relation = quoteRelation(target.schema, target.name);
  const query = renderSubquery(sql);
  if (target.kind === 'view') {
    const words = engine.profile.bindsViewsLate ? 'create or replace view' : 'create view';
    return `${words} ${relation} as ${query}`;
  }
  const isTold = target.isGrowing === true && !engine.profile.hasNullableColumns;
  const described = isTold ? await engine.describe(`select * from ${query} as described_query`) : null;
  const columns = described?.map(({ name, type }) => ({ name: quoteIdentifier(name), type })) ?? null;
  return engine.dialect.renderTable({ relation, storage: target.storage ?? PLAIN_STORAGE, columns, query });
}

/** Engines whose views bind late: nothing hangs on the old relation, so it is simply replaced. */
async function replaceInPlace(context: SwapContext, target: RelationTarget, sql: string): Promise<void> {
  const { engine, catalog } = context;
  const kind = await fetchStanding(context, target);
  if (kind !== null && kind !== target.kind) await dropRelation(engine, { ...target, kind });
  const relation = quoteRelation(target.schema, target.name);
  await engine.execute(await renderRelation(engine, target, sql));
  catalog.kinds.set(relation, target.kind);
}

/** Other engines: built beside, then the old one goes, with its views, which are made again on the new one. */
async function replaceBeside(
  context: SwapContext,
  target: RelationTarget,
  sql: string,
): Promise<readonly string[]> {
  const { engine } = context;
  const beside = buildNameBeside(target.name);
  const relation = quoteRelation(target.schema, beside);
  await engine.execute(await renderRelation(engine, { ...target, name: beside }, sql));
  const kind = await fetchStanding(context, target);
  const views = kind === null ? [] : await dropWithViews(engine, { ...target, kind });
  await engine.execute(`alter ${target.kind} ${relation} rename to ${quoteIdentifier(target.name)}`);
  return restoreViews(engine, views);
}

/**
 * Puts the rows (or the view) of a query under a name, whatever stood there. Runs inside the caller's
 * transaction, so readers see the old relation or the new one.
 *
 * @returns the views that read the old relation and do not fit the new one: they are gone
 */
export async function replaceRelation(
  context: SwapContext,
  target: RelationTarget,
  sql: string,
): Promise<readonly string[]> {
  if (!context.engine.profile.bindsViewsLate) return replaceBeside(context, target, sql);
  await replaceInPlace(context, target, sql);
  return [];
}
