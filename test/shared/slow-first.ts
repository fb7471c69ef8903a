import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, first among them those whose companies others wait for. */
const SLOW = [
  'conformance/models-clickhouse',
  'conformance/postgres-workspace',
  'conformance/postgres-target',
  'conformance/clickhouse-target',
  'conformance/clickhouse-workspace',
  'docs/commands',
  'metrics/layer',
  'app/continued-build',
  'dbt/availability',
  'notify/kill',
  'app/broken-build',
  'alerts/company-year',
  'dbt/as-of',
  'dbt/look-ahead',
  'app/kill',
];

/** Begins with the slow files, so that none of them is left for one worker at the end, with or without a cache. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = SLOW.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
      return place < 0 ? SLOW.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
