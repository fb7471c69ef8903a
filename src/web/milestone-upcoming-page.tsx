import type { CustomerOwner, UpcomingReport } from '../app/index.ts';
import type { Row } from '../engines/index.ts';
import { renderFigure } from './browser/figure-text.js';
import { renderExpected } from './customer-milestone-cards.tsx';
import { DataTable } from './data-table.tsx';
import { MilestoneFrame, OwnerFilter } from './milestone-frame.tsx';
import { Card } from './page-card.tsx';
import type { PageFrame } from './page-shell.tsx';

export interface MilestoneUpcomingPageProps {
  readonly frame: PageFrame;
  readonly owners: readonly CustomerOwner[];
  readonly owner: string | null;
  readonly report: UpcomingReport;
  /** Up to this day things are prepared now, `YYYY-MM-DD`. */
  readonly prepareUntil: string;
}

function describeQuality({ tried, hitRate }: UpcomingReport['quality']): string {
  if (hitRate === null)
    return `${tried} dates by rate could be tried on the past: too few to say how often they hold.`;
  return `Dates by rate came true within their interval in ${renderFigure(hitRate, 'ratio')} of past cases that they were not made from (80 % is the aim; ${renderFigure(tried, 'count')} tried).`;
}

function linkCustomer(row: Row) {
  return (
    <a href={`/customers/${encodeURIComponent(String(row['customer_id']))}`}>
      {String(row['customer_name'] ?? row['customer_id'])}
    </a>
  );
}

function PrepareCard({ report, prepareUntil }: MilestoneUpcomingPageProps) {
  const soon = report.rows.filter((row) => String(row['expected_on']) <= prepareUntil);
  const byOwner = new Map<string, Row[]>();
  for (const row of soon) {
    const owner = String(row['owner_name'] ?? 'Nobody');
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), row]);
  }
  const owners = [...byOwner].sort(([one], [other]) => (one < other ? -1 : 1));
  return (
    <Card title="Prepare now" span={12}>
      <p class="quiet">Expected in the next 14 days, by owner.</p>
      {owners.length === 0 ? <p class="note">Nothing.</p> : null}
      <div class="grid">
        {owners.map(([owner, rows]) => (
          <div class="span-4">
            <h3>{`${owner} (${rows.length})`}</h3>
            <ul class="plain">
              {rows.map((row) => (
                <li>
                  {renderFigure(row['expected_on'], 'day')}: {linkCustomer(row)},{' '}
                  {String(row['milestone_name'])}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Card>
  );
}

/** What is expected in the next 90 days, what to prepare now, and how far such dates can be trusted. */
export function MilestoneUpcomingPage(props: MilestoneUpcomingPageProps) {
  const { frame, owners, owner, report } = props;
  return (
    <MilestoneFrame frame={frame} tab="/milestones/upcoming">
      <OwnerFilter action="/milestones/upcoming" owners={owners} owner={owner} />
      <div class="grid">
        <PrepareCard {...props} />
        <Card title="Expected in the next 90 days" span={12}>
          <p class="quiet">{describeQuality(report.quality)}</p>
          {report.rows.length === 0 ? (
            <p class="note">Nothing is expected.</p>
          ) : (
            <DataTable
              label="Milestones expected in the next 90 days"
              columns={[
                { head: 'Customer' },
                { head: 'Milestone' },
                { head: 'Owner' },
                { head: 'Expected (80 % interval)' },
                { head: 'By' },
              ]}
              rows={report.rows.map((row) => [
                linkCustomer(row),
                String(row['milestone_name']),
                renderFigure(row['owner_name'], 'text'),
                renderExpected(row),
                row['basis'] === 'calendar' ? 'calendar' : 'rate of 28 days',
              ])}
            />
          )}
        </Card>
      </div>
    </MilestoneFrame>
  );
}
