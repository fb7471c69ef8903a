import type { Customer360 } from '../app/index.ts';
import { renderDay, renderFigure } from './browser/figure-text.js';
import { AlertsCard, HealthCards, NextActionsCard } from './customer-health-cards.tsx';
import { Mark } from './customer-marks.tsx';
import { MilestoneCards } from './customer-milestone-cards.tsx';
import { MoneyCards } from './customer-money-cards.tsx';
import { UsageCards } from './customer-usage-cards.tsx';
import { Card, KpiCard } from './page-card.tsx';
import { Page, type PageFrame } from './page-shell.tsx';
import { renderDifference, ShownFigure } from './shown-figure.tsx';

const MONTHS = 12;

function HealthKpi({ figures }: { readonly figures: NonNullable<Customer360['figures']> }) {
  const { customerHealthScore, healthBand, healthTrend30d } = figures;
  return (
    <KpiCard title="Health score" value={renderFigure(customerHealthScore, 'score')}>
      {customerHealthScore === null ? (
        <span class="chip">too little of it has data</span>
      ) : (
        <Mark word={healthBand} />
      )}
      <span class="chip">{renderDifference(healthTrend30d, 'score')} in 30 days</span>
    </KpiCard>
  );
}

function Kpis({ figures, profile }: Customer360) {
  if (figures === null)
    return (
      <section class="card span-12">
        <p>
          — No contract on {renderDay(profile.asOf)}
          {profile.churnDate === null ? '' : `; it ended on ${renderDay(profile.churnDate)}`}. Figures of the
          day are only there for customers with a contract.
        </p>
      </section>
    );
  const { currentMrr, churnRiskScore, churnTier, mrrAtRisk, monthlyActiveUsers, users, usageChange } =
    figures;
  const arr = currentMrr === null ? null : MONTHS * currentMrr;
  return (
    <>
      <HealthKpi figures={figures} />
      <KpiCard title="MRR" value={<ShownFigure value={currentMrr} unit="usd" />}>
        <span class="chip">
          <ShownFigure value={arr} unit="usd" /> a year
        </span>
        <span class="chip">
          <ShownFigure value={figures.previousMonthMrr} unit="usd" reason="no contract then" /> a month ago
        </span>
      </KpiCard>
      <KpiCard title="Risk of churn" value={renderFigure(churnRiskScore, 'percent')}>
        {churnTier === null ? <span class="chip">not scored</span> : <Mark word={churnTier} />}
        <span class="chip">
          <ShownFigure value={mrrAtRisk} unit="usd" reason="not scored" /> MRR at risk
        </span>
      </KpiCard>
      <KpiCard title="Active users, 30 days" value={renderFigure(monthlyActiveUsers, 'count')}>
        <span class="chip">
          of <ShownFigure value={users} unit="count" reason="users unknown" /> users
        </span>
        <span class="chip">events {renderDifference(usageChange, 'ratio')} in 30 days</span>
      </KpiCard>
    </>
  );
}

function renderConsent(isReferenceOk: boolean | null): string {
  if (isReferenceOk === null) return '— not on file';
  return isReferenceOk ? '✓ agreed' : 'not agreed';
}

function WhoCard({ profile }: Customer360) {
  const contact = [profile.contactName, profile.contactEmail].filter((part) => part !== null).join(', ');
  const facts: readonly (readonly [string, string])[] = [
    ['Owner', renderFigure(profile.csmName, 'text')],
    ['Contact', contact === '' ? '— no contact on file' : contact],
    ['Customer since', renderFigure(profile.signupDate, 'day')],
    ['First value', profile.firstValueOn === null ? '— not reached yet' : renderDay(profile.firstValueOn)],
    ['Renews', profile.renewsOn === null ? '— no end of a term on record' : renderDay(profile.renewsOn)],
    ['Seats', renderFigure(profile.seats, 'count')],
    ['Open expansions', renderFigure(profile.openExpansions, 'count')],
    ['To be named in public', renderConsent(profile.isReferenceOk)],
    ['Time zone', renderFigure(profile.timezone, 'text')],
    ['Id', profile.customerId],
  ];
  return (
    <Card title="Who" span={4}>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </Card>
  );
}

const PLACES = [
  ['actions', 'Next actions'],
  ['health', 'Health'],
  ['usage', 'Usage'],
  ['tickets', 'Tickets'],
  ['money', 'Money'],
  ['alerts', 'Alerts'],
  ['milestones', 'Milestones'],
] as const;

/** Everything there is on one customer on one page. */
export function CustomerPage({
  frame,
  customer,
}: {
  readonly frame: PageFrame;
  readonly customer: Customer360;
}) {
  const { profile, figures } = customer;
  const places = PLACES.filter(([id]) => figures !== null || id !== 'health');
  return (
    <Page {...frame}>
      <p class="small">
        <a href={`/customers${frame.carried}`}>← Customers</a>
      </p>
      <div class="head">
        <h1>{profile.customerName}</h1>
        <p class="quiet">
          {[profile.planTier, profile.segment, profile.industry].filter((part) => part !== null).join(', ')}
        </p>
      </div>
      <nav class="tabs" aria-label="On this page">
        {places.map(([id, title]) => (
          <a href={`#${id}`}>{title}</a>
        ))}
      </nav>
      <div class="grid">
        <Kpis {...customer} />
        <NextActionsCard {...customer} />
        <WhoCard {...customer} />
        <HealthCards {...customer} />
        <UsageCards {...customer} />
        <MoneyCards {...customer} />
        <AlertsCard {...customer} />
        <MilestoneCards {...customer} />
      </div>
    </Page>
  );
}
