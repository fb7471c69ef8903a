import fs from 'node:fs';
import { TenureError } from '../base/index.ts';
import type { Engine, WriteTarget } from './engine.ts';

/** What is copied, and where it goes. */
export interface RowCopy {
  readonly from: Engine;
  /** Gives the columns of the target, in their order. */
  readonly sql: string;
  readonly to: Engine;
  readonly target: WriteTarget;
  /** Where rows lie on their way, in a file that is gone afterwards; its end is added. */
  readonly scratchPath: string;
}

/**
 * Appends a query's rows of one engine to a table of another, through a file: no row passes through JavaScript.
 *
 * @returns the number of rows
 * @throws TenureError QUERY_FAILED
 */
export async function copyRows({ from, sql, to, target, scratchPath }: RowCopy): Promise<number> {
  const format = from.profile.bulkFormats.find((one) => to.profile.bulkFormats.includes(one));
  if (format === undefined)
    throw new TenureError('INTERNAL', { problem: 'these engines have no format of files in common' });
  const path = `${scratchPath}.${format}`;
  try {
    await from.writeFile(sql, { path, format });
    return await to.readFile(target, { path, format });
  } finally {
    fs.rmSync(path, { force: true });
  }
}
