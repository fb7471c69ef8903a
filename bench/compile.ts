import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildFixedClock } from '../src/base/index.ts';
import { duckdbDialect } from '../src/engines/index.ts';
import { openCompiler, selectNodes } from '../src/runner/index.ts';
import { computeMedian, type Measurement } from './measurement.ts';

const MODELS = 500;
const LIMIT_SECONDS = 1;

function writeProject(folder: string): void {
  fs.mkdirSync(path.join(folder, 'models'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'macros'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'dbt_project.yml'), 'name: synthetic\nversion: "1.0"\n');
  fs.writeFileSync(
    path.join(folder, 'macros', 'twice.sql'),
    '{% macro twice(x) %}({{ x }}) * {{ var("factor", 2) }}{% endmacro %}\n',
  );
  const properties = ['models:'];
  for (let index = 0; index < MODELS; index += 1) {
    // Each model reads two earlier ones, so that the graph is deep and wide.
    const parents = index === 0 ? [] : [index - 1, Math.floor(index / 2)];
    const ctes = parents.map((parent, at) => `p${at} as (select * from {{ ref('m${parent}') }})`);
    const from =
      ctes.length === 0
        ? 'select 1 as x'
        : `with ${ctes.join(', ')} select {{ twice('p0.x') }} as x from p0 cross join p1`;
    fs.writeFileSync(
      path.join(folder, 'models', `m${index}.sql`),
      `{{ config(materialized='view') }}\n${from}\n`,
    );
    properties.push(
      `  - name: m${index}\n    description: One row per x.\n    columns: [{name: x, data_tests: [not_null]}]`,
    );
  }
  fs.writeFileSync(path.join(folder, 'models', 'models.yml'), `${properties.join('\n')}\n`);
}

/** Reading, graph and SQL of 500 synthetic models with a test each. */
export async function runCompileBench(): Promise<readonly Measurement[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-'));
  try {
    writeProject(folder);
    const seconds: number[] = [];
    for (let run = 0; run < 5; run += 1) {
      const start = performance.now();
      const compiler = openCompiler({
        roots: [folder],
        target: { name: 'bench', schema: 'main', type: 'duckdb', database: null },
        dialect: duckdbDialect,
        environment: {},
        clock: buildFixedClock('2026-03-14T00:00:00Z'),
        invocationId: 'bench',
      });
      const order = selectNodes(compiler.manifest, {});
      for (const id of order) compiler.compile(id);
      seconds.push((performance.now() - start) / 1000);
    }
    const median = computeMedian(seconds);
    return [
      { name: `compile and graph of ${MODELS} models`, value: median, limit: LIMIT_SECONDS, unit: 's' },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
