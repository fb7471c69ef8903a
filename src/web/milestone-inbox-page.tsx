import type { Celebration, CustomerOwner, NotificationRow } from '../app/index.ts';
import type { Row } from '../engines/index.ts';
import { renderDay, renderFigure } from './browser/figure-text.js';
import { Mark } from './customer-marks.tsx';
import { DataTable } from './data-table.tsx';
import { type MilestoneAddress, renderMilestoneAddress } from './milestone-address.ts';
import { MilestoneFrame, OwnerFilter } from './milestone-frame.tsx';
import { nameMilestoneState, renderReached } from './milestone-state.ts';
import { Card } from './page-card.tsx';
import type { PageFrame } from './page-shell.tsx';
import { cutPage, Paging } from './paging.tsx';

export interface MilestoneInboxPageProps {
  readonly frame: PageFrame;
  readonly owners: readonly CustomerOwner[];
  readonly address: MilestoneAddress;
  /** Of the last 30 days, the newest first. */
  readonly milestones: readonly Row[];
  /** True where there are more than these. */
  readonly hasMore: boolean;
  readonly celebrations: readonly Celebration[];
  readonly inbox: readonly NotificationRow[];
}

const TOLD: Readonly<Record<NotificationRow['state'], string>> = {
  pending: 'waits',
  sending: 'on its way',
  sent: 'told',
  uncertain: 'unsure whether told',
  dead: '✕ could not be told',
  held: 'waits for the digest',
  bundled: 'told in a digest',
  cancelled: 'not told',
};

const KINDS: Readonly<Record<string, string>> = { milestone: 'milestone', alert: 'alert' };
const CHANNELS: Readonly<Record<string, string>> = { slack: 'Slack', email: 'e-mail', inbox: 'this inbox' };

function linkNotification({ kind, subjectId, customerId, line }: NotificationRow) {
  if (kind === 'milestone' && subjectId !== null)
    return <a href={`/milestones/${encodeURIComponent(subjectId)}`}>{line}</a>;
  return customerId === null ? line : <a href={`/customers/${encodeURIComponent(customerId)}`}>{line}</a>;
}

function InboxCard({ frame, inbox, address, owners }: MilestoneInboxPageProps) {
  const { owner } = address;
  const { items, page, pages } = cutPage(inbox, address.told);
  const name = owners.find(({ id }) => id === owner)?.name ?? owner;
  return (
    <Card title={name === null ? 'Told to nobody in particular' : `Told to ${name}`} id="told" span={12}>
      {inbox.length === 0 ? (
        <p class="note">
          {name === null
            ? 'Nothing: every customer with news has an owner. Choose an owner to see what they are told.'
            : 'Nothing yet.'}
        </p>
      ) : (
        <DataTable
          label="What is told"
          columns={[
            { head: 'News' },
            { head: 'Kind' },
            { head: 'By' },
            { head: 'State' },
            { head: 'When', isNumber: true },
          ]}
          rows={items.map((told) => [
            linkNotification(told),
            KINDS[told.kind] ?? told.kind,
            CHANNELS[told.channel] ?? told.channel,
            TOLD[told.state],
            renderDay(told.deliverAfter),
          ])}
        />
      )}
      <Paging
        label="Pages of what is told"
        page={page}
        pages={pages}
        link={(told) => `/milestones${renderMilestoneAddress({ ...address, told }, frame.carried)}#told`}
      />
    </Card>
  );
}

function listCounts(states: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

function ReachedCard({ frame, milestones, hasMore, celebrations, address }: MilestoneInboxPageProps) {
  const begun = new Map(celebrations.map((celebration) => [celebration.milestoneId, celebration]));
  const reached = milestones.map((row) => ({
    row,
    state: nameMilestoneState(row, begun.get(String(row['id']))),
  }));
  const { items, page, pages } = cutPage(reached, address.page);
  return (
    <Card title="Reached in the last 30 days" span={12}>
      {milestones.length === 0 ? (
        <p class="note">None. The tab Upcoming shows what is expected.</p>
      ) : (
        <>
          <p class="quiet">
            {hasMore ? `The newest ${milestones.length}: ` : ''}
            {listCounts(reached.map(({ state }) => state))}
          </p>
          <DataTable
            label="Milestones reached in the last 30 days"
            columns={[
              { head: 'Milestone' },
              { head: 'Customer' },
              { head: 'Type' },
              { head: 'Owner' },
              { head: 'Reached', isNumber: true },
              { head: 'State' },
            ]}
            rows={items.map(({ row, state }) => [
              <a href={`/milestones/${encodeURIComponent(String(row['id']))}`}>
                {String(row['milestone_name'])}
              </a>,
              <a href={`/customers/${encodeURIComponent(String(row['customer_id']))}`}>
                {String(row['customer_name'] ?? row['customer_id'])}
              </a>,
              String(row['milestone_type']),
              renderFigure(row['owner_name'], 'text'),
              renderReached(row),
              <Mark word={state} />,
            ])}
          />
          <Paging
            label="Pages of milestones"
            page={page}
            pages={pages}
            link={(next) => `/milestones${renderMilestoneAddress({ ...address, page: next }, frame.carried)}`}
          />
        </>
      )}
    </Card>
  );
}

/** The inbox: milestones of the last 30 days with how far their celebration is, and what people are told. */
export function MilestoneInboxPage(props: MilestoneInboxPageProps) {
  const { frame, owners, address } = props;
  return (
    <MilestoneFrame frame={frame} tab="/milestones">
      <OwnerFilter action="/milestones" owners={owners} owner={address.owner} />
      <div class="grid">
        <ReachedCard {...props} />
        <InboxCard {...props} />
      </div>
    </MilestoneFrame>
  );
}
