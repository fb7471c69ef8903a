import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DuckdbEngine, openDuckdb, type Row } from '../src/engines/index.ts';
import { type Domain, readCatalogue, renderCheckQuery } from '../src/metrics/index.ts';
import { isSameNumber } from '../test/metrics/same-number.ts';

/**
 * Every metric of the catalogue against its check query, for many (entity, day) pairs of a built workspace:
 * `npx tsx bench/checks.ts demo [pairs]`. Exit code 1 when one differs.
 */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [workspace = 'demo', wanted = '34'] = process.argv.slice(2);
const catalogue = readCatalogue(path.join(root, 'dbt', 'catalogue'));

/** Pairs from all over the history, a third of them of the last day, the company among them. */
async function fetchPairs(engine: DuckdbEngine, domain: Domain): Promise<readonly Row[]> {
  const late = Math.ceil(Number(wanted) / 3);
  return engine.query(
    `select * exclude (place) from (
       select *, row_number() over (
         partition by is_latest
         order by ${domain.entity_id} <> 'all', md5(cast(${domain.entity_id} as varchar) || metric_date::varchar)
       ) as place
       from ${domain.table}
     ) where place <= case when is_latest then ${late} else ${Number(wanted) - late} end`,
  );
}

const engine = await openDuckdb({
  path: path.join(workspace, 'warehouse.duckdb'),
  isReadOnly: true,
  searchPath: ['entity', 'staging', 'marts', 'intermediate'],
});
for (const domain of catalogue.domains) {
  const pairs = await fetchPairs(engine, domain);
  for (const metric of catalogue.metrics.filter((candidate) => candidate.domain === domain)) {
    const values = new Set<string>();
    let different = 0;
    for (const pair of pairs) {
      const place = { entityId: String(pair[domain.entity_id]), day: String(pair['metric_date']) };
      const { sql, parameters } = renderCheckQuery(catalogue, metric, place);
      const [row] = await engine.query(sql, parameters);
      const shown = pair[metric.name] ?? null;
      values.add(String(shown));
      if (isSameNumber(shown, Object.values(row ?? {})[0] ?? null)) continue;
      different += 1;
      console.log(
        `  ${metric.name} of ${place.entityId} on ${place.day}: ${shown} is not ${Object.values(row ?? {})[0]}`,
      );
    }
    if (different > 0) process.exitCode = 1;
    const name = `${domain.domain}.${metric.name}`.padEnd(60);
    console.log(`${name}${pairs.length} pairs, ${values.size} values, ${different} differ`);
  }
}
await engine.close();
