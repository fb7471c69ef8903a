import type { Customer360 } from '../app/index.ts';
import { renderDay, renderFigure } from './browser/figure-text.js';
import { DataTable } from './data-table.tsx';
import { Card } from './page-card.tsx';
import { ShownFigure } from './shown-figure.tsx';
import { SmallLine } from './small-line.tsx';

function MrrCard({ days }: Customer360) {
  return (
    <Card title="MRR by day" id="money">
      <SmallLine
        id="mrr-days"
        title="MRR"
        unit="usd"
        points={days.map(({ metricDate, mrr }) => ({ day: metricDate, value: mrr }))}
        reason="no contract in the last year"
      />
    </Card>
  );
}

function SubscriptionsCard({ subscriptions }: Customer360) {
  return (
    <Card title="Subscriptions">
      {subscriptions.length === 0 ? (
        <p class="note">
          — no subscription periods are on record; MRR and plan are those of the customer record.
        </p>
      ) : (
        <DataTable
          label="Changes of subscriptions, the latest first"
          columns={[
            { head: 'From' },
            { head: 'Change' },
            { head: 'Plan' },
            { head: 'MRR', isNumber: true },
            { head: 'Seats', isNumber: true },
            { head: 'Billed by' },
            { head: 'Term ends', isNumber: true },
          ]}
          rows={subscriptions.map((change) => [
            renderDay(change.validFrom),
            change.changeType,
            renderFigure(change.planTier, 'text'),
            <ShownFigure value={change.mrr} unit="usd" />,
            renderFigure(change.seats, 'count'),
            renderFigure(change.billingInterval, 'text'),
            renderFigure(change.termEnd, 'day'),
          ])}
          isShort
        />
      )}
    </Card>
  );
}

function DealsCard({ deals }: Customer360) {
  if (deals.length === 0) return null;
  return (
    <Card title="Deals">
      <DataTable
        label="Deals, open ones first"
        columns={[
          { head: 'Kind' },
          { head: 'Stage' },
          { head: 'Amount', isNumber: true },
          { head: 'Closes', isNumber: true },
          { head: 'Owner' },
        ]}
        rows={deals.map(({ opportunityType, stage, isOpen, amount, closeDate, ownerName }) => [
          (opportunityType ?? 'deal').replaceAll('_', ' '),
          `${isOpen ? '● ' : ''}${stage.replaceAll('_', ' ')}`,
          <ShownFigure value={amount} unit="usd" />,
          renderFigure(closeDate, 'day'),
          renderFigure(ownerName, 'text'),
        ])}
      />
    </Card>
  );
}

/** What a customer pays, and what else is agreed or offered. */
export function MoneyCards(customer: Customer360) {
  return (
    <>
      <MrrCard {...customer} />
      <SubscriptionsCard {...customer} />
      <DealsCard {...customer} />
    </>
  );
}
