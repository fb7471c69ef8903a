import type { Customer360 } from '../app/index.ts';
import type { Row } from '../engines/index.ts';
import { renderDay } from './browser/figure-text.js';
import { Mark } from './customer-marks.tsx';
import { DataTable } from './data-table.tsx';
import { nameMilestoneState, renderReached } from './milestone-state.ts';
import { Card } from './page-card.tsx';

/** When a milestone is expected: the day, and between which days it comes in 80 of 100 cases. */
export function renderExpected(row: Row): string {
  const [on, earliest, latest] = ['expected_on', 'earliest_on', 'latest_on'].map((name) => row[name] ?? null);
  const day = renderDay(String(on));
  if (earliest === on && latest === on) return day;
  if (earliest === null) return `${day} (no interval yet)`;
  const from = renderDay(String(earliest));
  return latest === null ? `${day} (${from} or later)` : `${day} (${from} to ${renderDay(String(latest))})`;
}

/** Milestones of a customer: those reached, each with a link to celebrate it, and those expected. */
export function MilestoneCards({ milestones, upcoming, celebrations }: Customer360) {
  const begun = new Map(celebrations.map((celebration) => [celebration.milestoneId, celebration]));
  return (
    <>
      <Card title="Milestones reached" id="milestones">
        {milestones.length === 0 ? (
          <p class="note">None yet.</p>
        ) : (
          <DataTable
            label="Milestones reached, the newest first"
            columns={[{ head: 'Milestone' }, { head: 'Reached', isNumber: true }, { head: 'State' }]}
            rows={milestones.map((row) => [
              <a href={`/milestones/${encodeURIComponent(String(row['id']))}`}>
                {String(row['milestone_name'])}
              </a>,
              renderReached(row),
              <Mark word={nameMilestoneState(row, begun.get(String(row['id'])))} />,
            ])}
            isShort
          />
        )}
      </Card>
      <Card title="Milestones expected in 90 days">
        {upcoming.length === 0 ? (
          <p class="note">None is expected.</p>
        ) : (
          <DataTable
            label="Milestones expected"
            columns={[{ head: 'Milestone' }, { head: 'Expected (80 % interval)' }, { head: 'By' }]}
            rows={upcoming.map((row) => [
              String(row['milestone_name']),
              renderExpected(row),
              row['basis'] === 'calendar' ? 'calendar' : 'rate of 28 days',
            ])}
          />
        )}
      </Card>
    </>
  );
}
