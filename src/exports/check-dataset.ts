import type { BundleContents, Report } from './bundle-contents.ts';
import type { CheckedDatabase, CheckedDataset } from './check-schemas.ts';

/** What Superset writes in the place of a password in its own exports. */
const MASK = 'XXXXXXXXXX';

/** The password in the authority of a URI, and in its parameters. */
const PASSWORD = /^[^/]*\/\/[^:@/]*:([^@/]*)@|[?&](?:password|passwd|pwd|sslpassword)=([^&]*)/;

export function checkDatabase({ sqlalchemy_uri, password }: CheckedDatabase, report: Report): void {
  const found = PASSWORD.exec(sqlalchemy_uri);
  const secret = found?.[1] ?? found?.[2] ?? password;
  if (secret !== undefined && secret !== null && secret !== '' && secret !== MASK)
    report('credentials', 'sqlalchemy_uri', 'it has a password; leave it out and give it in Superset');
}

function checkUnique(names: readonly string[], report: (place: number, name: string) => void): void {
  for (const [place, name] of names.entries()) if (names.indexOf(name) !== place) report(place, name);
}

/** Figures of every day added up: `sum(current_mrr)`. */
const PLAIN_SUM = /\bsum\s*\(\s*(?:distinct\s+)?"?([a-z_][a-z0-9_]*)"?\s*\)/i;

export function checkDataset(dataset: CheckedDataset, contents: BundleContents, report: Report): void {
  const { columns, metrics, main_dttm_col, database_uuid } = dataset;
  if (![...contents.databases.values()].some(({ uuid }) => uuid === database_uuid))
    report('database-reference', 'database_uuid', `no database of the bundle has ${database_uuid}`);
  checkUnique(
    columns.map(({ column_name }) => column_name),
    (place, name) => report('column-unique', `columns.${place}`, `${name} stands there twice`),
  );
  checkUnique(
    metrics.map(({ metric_name }) => metric_name),
    (place, name) => report('metric-unique', `metrics.${place}`, `${name} stands there twice`),
  );
  const day = columns.find(({ column_name }) => column_name === main_dttm_col);
  if (day?.is_dttm !== true)
    report('time-column', 'main_dttm_col', `${main_dttm_col} is no column of dates or times`);
  for (const [place, { expression, extra, metric_name }] of metrics.entries()) {
    const path = `metrics.${place}.expression`;
    if (/\bselect\b/i.test(expression))
      report('sub-query', path, `${metric_name}: Superset refuses sub-queries`);
    if (extra?.['additivity'] === 'semi' && PLAIN_SUM.test(expression))
      report('sum-over-time', path, `${metric_name} is a state: days must not be added up`);
  }
  for (const [place, { expression, column_name }] of columns.entries())
    if (/\bselect\b/i.test(expression ?? ''))
      report('sub-query', `columns.${place}.expression`, `${column_name}: Superset refuses sub-queries`);
}
