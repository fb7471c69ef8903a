import type { CustomerOwner, UpcomingReport } from '../app/index.ts';
import type { Row } from '../engines/index.ts';
import { renderFigure } from './browser/figure-text.js';
import { renderExpected } from './customer-milestone-cards.tsx';
import { DataTable } from './data-table.tsx';
import { type MilestoneAddress, renderMilestoneAddress } from './milestone-address.ts';
import { MilestoneFrame, OwnerFilter } from './milestone-frame.tsx';
import { Card } from './page-card.tsx';
import type { PageFrame } from './page-shell.tsx';
import { cutPage, Paging } from './paging.tsx';

export interface MilestoneUpcomingPageProps {
  readonly frame: PageFrame;
  readonly owners: readonly CustomerOwner[];
  readonly address: MilestoneAddress;
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

const PATH = '/milestones/upcoming';
const MOST_OWNERS = 6;
const MOST_LINES = 5;

interface OwnerRows {
  /** Null where the customers have nobody. */
  readonly owner: string | null;
  readonly name: string;
  readonly rows: readonly Row[];
}

/** Rows by owner; whose first one comes soonest is first. */
function groupByOwner(rows: readonly Row[]): readonly OwnerRows[] {
  const groups = new Map<Row[string], Row[]>();
  for (const row of rows) {
    const id = row['owner_id'] ?? null;
    groups.set(id, [...(groups.get(id) ?? []), row]);
  }
  return [...groups].map(([id, own]) => ({
    owner: id === null ? null : String(id),
    name: String(own[0]?.['owner_name'] ?? id ?? 'Nobody'),
    rows: own,
  }));
}

function OwnerLines({ owner, name, rows, carried }: OwnerRows & { readonly carried: string }) {
  const own =
    owner === null ? null : `${PATH}${renderMilestoneAddress({ owner, page: 1, told: 1 }, carried)}`;
  const rest = rows.length - MOST_LINES;
  return (
    <div class="span-4">
      <h3>
        {own === null ? name : <a href={own}>{name}</a>} {`(${rows.length})`}
      </h3>
      <ul class="plain">
        {rows.slice(0, MOST_LINES).map((row) => (
          <li>
            {renderFigure(row['expected_on'], 'day')}: {linkCustomer(row)}, {String(row['milestone_name'])}
          </li>
        ))}
        {rest > 0 ? (
          <li>{own === null ? `and ${rest} more` : <a href={`${own}#expected`}>{`and ${rest} more`}</a>}</li>
        ) : null}
      </ul>
    </div>
  );
}

function PrepareCard({ frame, report, prepareUntil }: MilestoneUpcomingPageProps) {
  const groups = groupByOwner(report.rows.filter((row) => String(row['expected_on']) <= prepareUntil));
  const rest = groups.length - MOST_OWNERS;
  return (
    <Card title="Prepare now" span={12}>
      <p class="quiet">Expected in the next 14 days, by owner; whose first one comes soonest is first.</p>
      {groups.length === 0 ? <p class="note">Nothing.</p> : null}
      <div class="grid">
        {groups.slice(0, MOST_OWNERS).map((group) => (
          <OwnerLines {...group} carried={frame.carried} />
        ))}
      </div>
      {rest > 0 ? (
        <p class="note">{`${rest} more have something to prepare: choose an owner above.`}</p>
      ) : null}
    </Card>
  );
}

function ExpectedCard({ frame, address, report }: MilestoneUpcomingPageProps) {
  const { items, page, pages } = cutPage(report.rows, address.page);
  return (
    <Card title="Expected in the next 90 days" id="expected" span={12}>
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
          rows={items.map((row) => [
            linkCustomer(row),
            String(row['milestone_name']),
            renderFigure(row['owner_name'], 'text'),
            renderExpected(row),
            row['basis'] === 'calendar' ? 'calendar' : 'rate of 28 days',
          ])}
        />
      )}
      <Paging
        label="Pages of what is expected"
        page={page}
        pages={pages}
        link={(next) =>
          `${PATH}${renderMilestoneAddress({ ...address, page: next }, frame.carried)}#expected`
        }
      />
    </Card>
  );
}

/** What is expected in the next 90 days, what to prepare now, and how far such dates can be trusted. */
export function MilestoneUpcomingPage(props: MilestoneUpcomingPageProps) {
  const { frame, owners, address } = props;
  return (
    <MilestoneFrame frame={frame} tab={PATH}>
      <OwnerFilter action={PATH} owners={owners} owner={address.owner} />
      <div class="grid">
        <PrepareCard {...props} />
        <ExpectedCard {...props} />
      </div>
    </MilestoneFrame>
  );
}
