import fs from 'node:fs';
import path from 'node:path';
import {
  type MilestoneReport,
  openTenure,
  PACKAGE_ROOT,
  type Tenure,
  writeWorkspace,
} from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { copyFolder, makeOnce } from './make-once.ts';

const OWN_MILESTONES = path.resolve(import.meta.dirname, '..', 'milestones', 'own-definitions.yml');
const ACME = path.join(PACKAGE_ROOT, 'examples', 'acme');

/**
 * Puts the example company into a folder: a workspace, loaded and built with its tests on 2026-03-15, as the first test
 * that wanted it made it. For tests that are not about loading or building.
 */
export async function copyAcme(to: string): Promise<void> {
  const made = await makeOnce('acme', async (folder) => {
    writeWorkspace(folder);
    fs.copyFileSync(path.join(ACME, 'tenure.yml'), path.join(folder, 'tenure.yml'));
    const tenure = openTenure({ folder, clock: buildFixedClock('2026-03-15T06:00:00Z') });
    await tenure.load({ paths: [path.join(ACME, 'data')] });
    const { isPublished } = await tenure.build();
    if (!isPublished) throw new Error('the example company could not be built');
  });
  copyFolder(made, to);
}

/** What a test wants to know of a build that it did not run itself. */
export interface KeptReport {
  readonly milestones: MilestoneReport | null;
  /** Nodes that ended as they should not, with the message. */
  readonly bad: readonly string[];
}

/** A user's model: how many surveys a customer had answered by the end of a day. */
const ANSWERS = `{{ config(materialized='table') }}
with answers as (select * from {{ ref('stg_survey_responses') }}),
final as (
    select customer_id, {{ utc_date('responded_at') }} as day,
        count(*) over (partition by customer_id order by {{ utc_date('responded_at') }}) as value
    from answers where responded_at is not null and customer_id is not null
)
select * from final
`;

export const DEMO_DAY = '2026-03-14';

/** The demo company's workspace, its folder once a copy of it stands there. */
export function openDemo(folder: string): Tenure {
  const clock = buildFixedClock(`${DEMO_DAY}T20:00:00Z`);
  return openTenure({ folder, clock, environment: { SLACK_BOT_TOKEN: 'xoxb-test' } });
}

/**
 * Puts a company of 150 customers with the shape of the demo into a folder: generated and built with its tests, and with
 * milestones of its own. It is made once in a run of the tests.
 */
export async function copyDemo(to: string): Promise<KeptReport> {
  const made = await makeOnce('demo', async (folder) => {
    writeWorkspace(folder);
    fs.writeFileSync(path.join(folder, 'models', 'answers_by_day.sql'), ANSWERS);
    fs.copyFileSync(OWN_MILESTONES, path.join(folder, 'milestones.yml'));
    fs.writeFileSync(path.join(folder, 'notify.yml'), 'daily_budget: 2\n');
    const tenure = openDemo(folder);
    await tenure.generate({ preset: 'demo', customers: 150, seed: 1, asOf: DEMO_DAY });
    const { summary, milestones } = await tenure.build({ asOf: DEMO_DAY });
    const bad = summary.results.filter(({ status }) => status === 'error' || status === 'fail');
    const report: KeptReport = { milestones, bad: bad.map(({ name, message }) => `${name}: ${message}`) };
    fs.writeFileSync(path.join(folder, 'report.json'), JSON.stringify(report));
  });
  copyFolder(made, to);
  return JSON.parse(fs.readFileSync(path.join(to, 'report.json'), 'utf8'));
}
