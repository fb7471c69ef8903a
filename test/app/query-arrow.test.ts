import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { renderArrow } from '../../src/app/query-arrow.ts';
import type { RowChunk } from '../../src/engines/index.ts';

const COLUMNS = [
  { name: 'n', type: 'BIGINT' },
  { name: 'text', type: 'VARCHAR' },
];

function buildChunk(from: number): RowChunk {
  return { columns: ['n', 'text'], rows: [0, 1].map((n) => [from + n, n === 0 ? null : `row ${n}`]) };
}

async function readAll(chunks: AsyncIterable<RowChunk> | Iterable<RowChunk>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of await renderArrow(COLUMNS, chunks)) parts.push(part);
  return Buffer.concat(parts);
}

describe('an Arrow stream', () => {
  it('holds the rows of every chunk', async () => {
    const table = tableFromIPC(await readAll([buildChunk(1), buildChunk(3)]));
    expect(table.toArray().map((row) => [row['n'], row['text']])).toEqual([
      [1n, null],
      [2n, 'row 1'],
      [3n, null],
      [4n, 'row 1'],
    ]);
  });

  it('names its columns where there is no row', async () => {
    const table = tableFromIPC(await readAll([]));
    expect([table.numRows, table.schema.names]).toEqual([0, ['n', 'text']]);
  });

  it('fails where its rows do, and does not pass for a shorter one', async () => {
    async function* failLate() {
      for (let from = 1; from < 100; from += 2) yield buildChunk(from);
      throw new Error('the disk is gone');
    }
    await expect(readAll(failLate())).rejects.toThrow('the disk is gone');
  });
});
