import fs from 'node:fs';
import path from 'node:path';
import { buildTreeExports } from '../../test/statistics/tree-exports.ts';

/** Writes the models we export beside the fixtures, for `measure-tree-exports.py` to load: `npx tsx bench/reference/write-tree-exports.ts`. */
const folder = path.resolve(import.meta.dirname, '..', '..', 'test', 'fixtures', 'statistics', 'trees');
for (const [name, bytes] of buildTreeExports()) fs.writeFileSync(path.join(folder, name), bytes);
