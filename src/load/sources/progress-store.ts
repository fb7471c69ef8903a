import type { Engine } from '../../engines/index.ts';
import type { CursorState } from './cursor-state.ts';

/** How far a table of PostgreSQL was read by its transactions. */
export interface TransactionState {
  readonly kind: 'transactions';
  /** The oldest transaction that was running: rows of it and of all later ones are read next time. */
  readonly xid: string;
  /** The server and its timeline: another one counts its transactions otherwise. */
  readonly server: string;
  /** The table and its partitions, by their numbers. */
  readonly relations: readonly string[];
}

export type ReadState = CursorState | TransactionState;

/** How far a table of a source was read, and by which definition. */
export interface ReadProgress {
  readonly label: string;
  /** `schema.name` of the raw table. */
  readonly table: string;
  /** The fingerprint of all that decides which rows and values are read. */
  readonly definition: string;
  readonly state: ReadState;
}

/**
 * How far the last load read a table of a source.
 *
 * @returns null when it was never read in part, or by another definition: then everything is to be read
 */
export async function fetchReadState(
  engine: Engine,
  { label, definition }: Pick<ReadProgress, 'label' | 'definition'>,
): Promise<ReadState | null> {
  const [row] = await engine.query(
    `select definition, state from loads.source_progress where source = $1
     order by cast(batch_id as bigint) desc limit 1`,
    [label],
  );
  return row?.['definition'] === definition ? (JSON.parse(String(row['state'])) as ReadState) : null;
}

/** Notes how far tables were read. Inside the transaction that writes their rows. */
export async function writeReadProgress(
  engine: Engine,
  batchId: string,
  progress: readonly ReadProgress[],
): Promise<void> {
  for (const { label, table, definition, state } of progress) {
    await engine.execute(
      'insert into loads.source_progress (batch_id, source, table_name, definition, state) values ($1, $2, $3, $4, $5)',
      [batchId, label, table, definition, JSON.stringify(state)],
    );
  }
}

/**
 * Takes back how far sources and folders were read, to before a batch, for every table that batch wrote: what it brought,
 * and what later batches left out because it was there, is read again. Inside the transaction that takes its rows back.
 */
export async function undoProgress(engine: Engine, batchId: string): Promise<void> {
  for (const name of ['source_progress', 'seen_files']) {
    await engine.execute(
      `delete from loads.${name}
       where cast(batch_id as bigint) >= $1
         and table_name in (select table_name from loads.files where batch_id = $2)`,
      [Number(batchId), batchId],
    );
  }
}
