import type { Customer360 } from '../app/index.ts';
import { renderDay, renderFigure } from './browser/figure-text.js';
import { DataTable } from './data-table.tsx';
import { Card } from './page-card.tsx';
import { ShownFigure } from './shown-figure.tsx';
import { SmallLine } from './small-line.tsx';

const DAYS_OF_USE = 90;
const NO_USAGE = 'no usage is on record';

function EventsCard({ days }: Customer360) {
  const points = days
    .slice(-DAYS_OF_USE)
    .map(({ metricDate, events }) => ({ day: metricDate, value: events }));
  return (
    <Card title="Events by day" id="usage">
      <SmallLine id="event-days" title="Events" unit="count" points={points} reason={NO_USAGE} />
    </Card>
  );
}

function UsersCard({ days }: Customer360) {
  const points = days
    .slice(-DAYS_OF_USE)
    .map(({ metricDate, weeklyActiveUsers }) => ({ day: metricDate, value: weeklyActiveUsers }));
  return (
    <Card title="Active users by day">
      <SmallLine
        id="user-days"
        title="Users active in the 7 days before"
        unit="count"
        points={points}
        reason={NO_USAGE}
      />
    </Card>
  );
}

function FeaturesCard({ features }: Customer360) {
  return (
    <Card title="Features used in 90 days">
      {features.length === 0 ? (
        <p class="note">— {NO_USAGE}.</p>
      ) : (
        <DataTable
          label="Features used in 90 days"
          columns={[
            { head: 'Feature' },
            { head: 'Kind' },
            { head: 'In 30 days', isNumber: true },
            { head: 'In 90 days', isNumber: true },
            { head: 'Last', isNumber: true },
          ]}
          rows={features.map(({ featureName, category, uses30d, uses90d, lastUsedOn }) => [
            featureName,
            renderFigure(category, 'text'),
            renderFigure(uses30d, 'count'),
            renderFigure(uses90d, 'count'),
            renderDay(lastUsedOn),
          ])}
          isShort
        />
      )}
    </Card>
  );
}

function TicketsCard({ tickets, figures }: Customer360) {
  return (
    <Card title="Support tickets" id="tickets">
      {figures === null ? null : (
        <p>
          {`${renderFigure(figures.openTickets, 'count')} open, ${renderFigure(figures.supportTickets30d, 'count')} in 30 days; resolved in `}
          <ShownFigure
            value={figures.avgTicketResolutionHours}
            unit="hours"
            reason="none was resolved in 90 days"
          />
          {figures.avgTicketResolutionHours === null ? '.' : ' on average.'}
        </p>
      )}
      {tickets.length === 0 ? (
        <p class="note">None is on record.</p>
      ) : (
        <DataTable
          label="Tickets, open ones first, then the latest"
          columns={[
            { head: 'Opened' },
            { head: 'Topic' },
            { head: 'Priority' },
            { head: 'State' },
            { head: 'Resolved in', isNumber: true },
          ]}
          rows={tickets.map(({ createdDate, topic, priority, isOpen, resolutionHours }) => [
            renderDay(createdDate),
            renderFigure(topic, 'text'),
            renderFigure(priority, 'text'),
            isOpen ? <span class="badge warn">● open</span> : <span class="badge quiet">✓ closed</span>,
            renderFigure(resolutionHours, 'hours'),
          ])}
        />
      )}
    </Card>
  );
}

function SurveysCard({ surveys, figures }: Customer360) {
  return (
    <Card title="Surveys">
      {figures === null ? null : (
        <p>
          NPS of 90 days: <ShownFigure value={figures.npsScore} unit="score" reason="no answers" />, CSAT:{' '}
          <ShownFigure value={figures.csatScore} unit="percent" reason="no answers" />
        </p>
      )}
      {surveys.length === 0 ? (
        <p class="note">No survey was answered.</p>
      ) : (
        <DataTable
          label="Answers to surveys, the latest first"
          columns={[
            { head: 'Answered' },
            { head: 'Survey' },
            { head: 'Wave' },
            { head: 'Score', isNumber: true },
          ]}
          rows={surveys.map(({ respondedAt, surveyType, wave, score }) => [
            renderDay(respondedAt),
            surveyType.toUpperCase(),
            renderFigure(wave, 'text'),
            renderFigure(score, 'count'),
          ])}
        />
      )}
    </Card>
  );
}

function describeGoal({ achievedAt, targetDate }: Customer360['goals'][number], asOf: string): string {
  if (achievedAt !== null) return `✓ reached ${renderDay(achievedAt)}`;
  if (targetDate === null) return 'open';
  return targetDate < asOf ? `▲ overdue since ${renderDay(targetDate)}` : `due ${renderDay(targetDate)}`;
}

function renderGoalFigure(value: number | null, unit: string | null): string {
  if (value === null || unit === null) return renderFigure(value, 'count');
  return unit === 'usd' ? renderFigure(value, 'usd') : `${renderFigure(value, 'count')} ${unit}`;
}

function GoalsCard({ goals, profile }: Customer360) {
  if (goals.length === 0) return null;
  return (
    <Card title="Goals">
      <DataTable
        label="Goals"
        columns={[
          { head: 'Goal' },
          { head: 'Target', isNumber: true },
          { head: 'Reached', isNumber: true },
          { head: 'State' },
        ]}
        rows={goals.map((goal) => [
          renderFigure(goal.name ?? goal.goalType, 'text'),
          renderGoalFigure(goal.targetValue, goal.unit),
          renderGoalFigure(goal.achievedValue, goal.unit),
          describeGoal(goal, profile.asOf),
        ])}
      />
    </Card>
  );
}

/** What a customer does with the product, asks and answers. */
export function UsageCards(customer: Customer360) {
  return (
    <>
      <EventsCard {...customer} />
      <UsersCard {...customer} />
      <FeaturesCard {...customer} />
      <TicketsCard {...customer} />
      <SurveysCard {...customer} />
      <GoalsCard {...customer} />
    </>
  );
}
