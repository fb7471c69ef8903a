import { errorText, quoteRelation } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';

/** A view that was dropped together with what it reads. */
export interface DroppedView {
  readonly kind: 'view' | 'materialized view';
  readonly relation: string;
  readonly definition: string;
}

// PostgreSQL notes for every view what it reads; a view comes after all views it reads itself.
const DEPENDENT_VIEWS = `
with recursive dependants as (
    select cast($1 as regclass)::oid as id, 0 as depth
    union
    select rewrite.ev_class, dependants.depth + 1
    from dependants
    inner join pg_depend as dependency
        on dependency.refobjid = dependants.id
        and dependency.refclassid = 'pg_class'::regclass
        and dependency.classid = 'pg_rewrite'::regclass
    inner join pg_rewrite as rewrite on rewrite.oid = dependency.objid
    where rewrite.ev_class <> dependants.id
)
select
    namespace.nspname as schema,
    view.relname as name,
    view.relkind = 'm' as is_materialized,
    pg_get_viewdef(view.oid) as definition
from dependants
inner join pg_class as view on view.oid = dependants.id and view.relkind in ('v', 'm')
inner join pg_namespace as namespace on namespace.oid = view.relnamespace
where dependants.depth > 0
group by namespace.nspname, view.relname, view.relkind, view.oid
order by max(dependants.depth)`;

/** Drops a relation and the views that read it, and returns those views in the order to make them again. */
export async function dropWithViews(
  engine: Engine,
  target: { readonly schema: string; readonly name: string; readonly kind: 'table' | 'view' },
): Promise<readonly DroppedView[]> {
  const relation = quoteRelation(target.schema, target.name);
  const rows = await engine.query(DEPENDENT_VIEWS, [relation]);
  await engine.execute(`drop ${target.kind} ${relation} cascade`);
  return rows.map((row) => ({
    kind: row['is_materialized'] === true ? 'materialized view' : 'view',
    relation: quoteRelation(String(row['schema']), String(row['name'])),
    definition: String(row['definition']),
  }));
}

/**
 * Makes dropped views again. One that no longer fits (its column is gone) stays away: the next build of its
 * model says why.
 *
 * @returns the views that could not be made, each with the reason
 */
export async function restoreViews(
  engine: Engine,
  views: readonly DroppedView[],
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const view of views) {
    await engine.execute('savepoint before_view');
    try {
      await engine.execute(`create ${view.kind} ${view.relation} as ${view.definition}`);
      await engine.execute('release savepoint before_view');
    } catch (error) {
      await engine.execute('rollback to savepoint before_view');
      lost.push(`${view.relation} (${errorText(error)})`);
    }
  }
  return lost;
}
