import { quoteIdentifier, quoteRelation } from '../../base/index.ts';
import { copyRows, type Engine, lookAtRows } from '../../engines/index.ts';
import { MIRRORED_MODELS, type MirroredModel } from './mirrored-models.ts';

/** The schema of the state's database in which copies of models stand. */
export const MIRROR_SCHEMA = 'tenure_mirror';
const NEXT_MIRROR = 'tenure_mirror_next';

/** Where models are copied from, and to. */
export interface Mirroring {
  /** Finds the models by their bare names. */
  readonly warehouse: Engine;
  readonly state: Engine;
  readonly scratchPath: string;
}

async function copyModel(
  { warehouse, state, scratchPath }: Mirroring,
  { name, columns }: MirroredModel,
): Promise<void> {
  const names = Object.keys(columns);
  const list = Object.entries(columns).map(
    ([column, type]) => `${quoteIdentifier(column)} ${state.dialect.typeName(type)}`,
  );
  await state.execute(`create table ${quoteRelation(NEXT_MIRROR, name)} (${list.join(', ')})`);
  // A part may have been built before the whole ever was.
  if (!(await warehouse.listRelations()).some((relation) => relation.name === name)) return;
  await copyRows({
    from: warehouse,
    sql: `select ${names.map(quoteIdentifier).join(', ')} from ${quoteIdentifier(name)}`,
    to: state,
    target: { schema: NEXT_MIRROR, name, columns: names },
    scratchPath,
  });
  await lookAtRows(state, quoteRelation(NEXT_MIRROR, name));
}

/** Copies the models that the state is joined with, beside those of the last warehouse. */
export async function prepareMirror(mirroring: Mirroring): Promise<void> {
  const schema = quoteIdentifier(NEXT_MIRROR);
  await mirroring.state.execute(`drop schema if exists ${schema} cascade`);
  await mirroring.state.execute(`create schema ${schema}`);
  for (const model of MIRRORED_MODELS) await copyModel(mirroring, model);
}

/** Puts the copies in the place of the last ones. Inside the transaction that makes their warehouse the current one. */
export async function swapMirror(state: Engine): Promise<void> {
  await state.execute(`drop schema if exists ${quoteIdentifier(MIRROR_SCHEMA)} cascade`);
  await state.execute(
    `alter schema ${quoteIdentifier(NEXT_MIRROR)} rename to ${quoteIdentifier(MIRROR_SCHEMA)}`,
  );
}
