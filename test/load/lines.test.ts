import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
});
afterEach(() => bench.close());

/**
 * Writes more than 100 MB of CSV, each row holding the number of its own line in `release_version`, with blank
 * lines, values over several lines, quotes in odd places, and faults that the reader or the rules find.
 */
function writeLargeFile(file: string, isRunaway: boolean): number {
  const out = fs.openSync(file, 'w');
  const filler = 'words '.repeat(20);
  let text = 'feature_id,name,category,min_plan_tier,released_at,release_version\n';
  let line = 2;
  let bad = 0;
  for (let row = 0; row < 760_000; row += 1) {
    const start = line;
    let fields = [`f${row}`, filler, 'core', 'growth', '2026-01-01T00:00:00Z', String(start)];
    if (row % 50_021 === 7) {
      text += '\n';
      line += 1;
      fields[5] = String(line);
    }
    if (row % 9973 === 5) fields[2] = 'nonsense';
    else if (row % 9973 === 6) fields[4] = 'soon';
    else if (row % 9973 === 7) fields = [...fields, 'surplus'];
    else if (row % 20_011 === 3) {
      fields[1] = `"over\nseveral ""lines"", \n\nall of it"`;
      line += 3;
    } else if (row % 30_011 === 3) fields[1] = '5" disk';
    else if (isRunaway && row === 300_000) fields[1] = `"${filler}`;
    if (
      fields[2] === 'nonsense' ||
      fields[4] === 'soon' ||
      fields.length > 6 ||
      (isRunaway && row === 300_000)
    )
      bad += 1;
    text += `${fields.join(',')}\n`;
    line += 1;
    if (text.length > 4_000_000) {
      fs.writeSync(out, text);
      text = '';
    }
  }
  fs.writeSync(out, text);
  fs.closeSync(out);
  return bad;
}

test.each([false, true])(
  'lines are exact in a file of more than 100 MB (a runaway quote in it: %s)',
  async (isRunaway) => {
    const file = path.join(bench.folder, 'features.csv');
    const bad = writeLargeFile(file, isRunaway);
    expect(fs.statSync(file).size).toBeGreaterThan(100_000_000);
    const report = await bench.load(file);
    expect(report.rejected).toBe(bad);
    expect(report.inserted).toBe(760_000 - bad);
    const wrong = await bench.engine.query(
      `select line, rule, "row" from loads.raw_rejects
     where line is null or not regexp_matches("row", '[,"]' || line || '("|,|$)') limit 5`,
    );
    expect(wrong).toEqual([]);
    const rules = await bench.engine.query(
      'select count(distinct rule) as rules, count(*) as n from loads.raw_rejects',
    );
    expect(rules).toEqual([{ rules: isRunaway ? 4 : 3, n: bad }]);
  },
);
