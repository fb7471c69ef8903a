import type { Customer360 } from '../app/index.ts';
import { renderDay, renderFigure } from './browser/figure-text.js';
import { Mark } from './customer-marks.tsx';
import { DataTable } from './data-table.tsx';
import { Card } from './page-card.tsx';
import { ShareBar } from './share-bar.tsx';
import { renderDifference, ShownFigure } from './shown-figure.tsx';
import { SmallLine } from './small-line.tsx';

type Points = Customer360['points'][number];

const DAYS_OF_HEALTH = 180;

function divide(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function subtract(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before;
}

function buildPointsRow({ component, pointsEarned, pointsLost, ...before }: Points) {
  const isKnown = pointsEarned !== null && pointsLost !== null;
  return [
    component.replaceAll('_', ' '),
    isKnown ? <ShareBar share={divide(pointsEarned, pointsEarned + pointsLost)} hasRest /> : null,
    <ShownFigure value={pointsEarned} unit="score" reason="no data" />,
    renderFigure(pointsLost, 'score'),
    renderDifference(subtract(pointsEarned, before.pointsEarned7dAgo), 'score'),
    renderDifference(subtract(pointsEarned, before.pointsEarned30dAgo), 'score'),
  ];
}

function HealthPointsCard({ figures, points }: Customer360) {
  if (figures === null) return null;
  return (
    <Card title="Health: points earned and lost" id="health">
      <p>{figures.whatMoved7d}</p>
      <p>{figures.whatMoved30d}</p>
      {figures.overrideReason === null ? null : (
        <p class="warn">⚠ The score was set by hand: {figures.overrideReason}</p>
      )}
      <DataTable
        label="Points of the health score by component"
        columns={[
          { head: 'Component' },
          { head: <span class="visually-hidden">Earned of all</span> },
          { head: 'Earned', isNumber: true },
          { head: 'Lost', isNumber: true },
          { head: 'In 7 days', isNumber: true },
          { head: 'In 30 days', isNumber: true },
        ]}
        rows={points.map(buildPointsRow)}
      />
      <p class="note">
        {`${renderFigure(figures.healthCoveragePct, 'percent')} of the weight has data. Version ${renderFigure(figures.healthVersion, 'text')} of the health definition.`}
      </p>
    </Card>
  );
}

function HealthDaysCard({ days }: Customer360) {
  const recent = days.slice(-DAYS_OF_HEALTH);
  return (
    <Card title="Health by day">
      <SmallLine
        id="health-days"
        title="Health score"
        unit="score"
        most={100}
        points={recent.map(({ metricDate, healthScore }) => ({ day: metricDate, value: healthScore }))}
        reason="no score on any of the last days"
      />
    </Card>
  );
}

const MODELS: Readonly<Record<string, { readonly title: string; readonly missing: string }>> = {
  churn: { title: 'Risk of churn', missing: 'only customers with a contract are scored' },
  expansion: {
    title: 'Potential of expansion',
    missing: 'only customers that have not upgraded yet are scored',
  },
};

function buildReasonRow({ words, contribution }: Customer360['scores'][number]['reasons'][number]) {
  return [words, renderDifference(contribution, 'count')];
}

function ScoreCard({ scores, model }: { readonly scores: Customer360['scores']; readonly model: string }) {
  const { title, missing } = MODELS[model] ?? { title: model, missing: 'it is not scored' };
  const score = scores.find((one) => one.model === model);
  if (score === undefined)
    return (
      <Card title={title}>
        <p class="note">— {missing}.</p>
      </Card>
    );
  return (
    <Card title={title}>
      <p>
        <strong>{renderFigure(score.probability, 'ratio')}</strong> <Mark word={score.tier} />{' '}
        <span class="quiet">
          {score.baseRate === null ? '' : `against ${renderFigure(score.baseRate, 'ratio')} on average; `}
          <a href={`/models/${encodeURIComponent(model)}/${encodeURIComponent(score.version)}`}>
            model {score.version}
          </a>
        </span>
      </p>
      <DataTable
        label={`Reasons: ${title}`}
        columns={[{ head: 'Reason' }, { head: 'Effect in log-odds', isNumber: true }]}
        rows={score.reasons.map(buildReasonRow)}
      />
    </Card>
  );
}

const QUADRANTS: Readonly<Record<string, string>> = {
  keep: 'Keep: little risk, little potential.',
  grow: 'Grow: little risk, much potential.',
  save: 'Save: much risk, little potential.',
  'save and grow': 'Save and grow: much risk, much potential.',
};

/** What is to be done next, by priority. */
export function NextActionsCard({ actions, figures }: Customer360) {
  const quadrant = figures?.quadrant ?? null;
  return (
    <Card title="Next actions" span={8} id="actions">
      {quadrant === null ? null : <p>{QUADRANTS[quadrant] ?? quadrant}</p>}
      {actions.length === 0 ? (
        <p class="note">None: no rule applies to this customer today.</p>
      ) : (
        <DataTable
          label="Next actions"
          columns={[{ head: 'Do' }, { head: 'Why' }, { head: 'At stake a year', isNumber: true }]}
          rows={actions.map(({ action, reason, valueUsd }) => [
            <strong>{action}</strong>,
            reason,
            <ShownFigure value={valueUsd} unit="usd" />,
          ])}
        />
      )}
    </Card>
  );
}

/** Rules that fired for a customer. */
export function AlertsCard({ alerts }: Customer360) {
  return (
    <Card title="Alerts" id="alerts">
      {alerts.length === 0 ? (
        <p class="note">None has fired for this customer.</p>
      ) : (
        <DataTable
          label="Alerts"
          columns={[{ head: 'Day' }, { head: 'Rule' }, { head: 'What' }, { head: 'Severity' }]}
          rows={alerts.map(({ day, rule, sentence, severity }) => [
            renderDay(day),
            rule,
            sentence,
            <Mark word={severity} />,
          ])}
        />
      )}
    </Card>
  );
}

/** Health and scores of a customer. */
export function HealthCards(customer: Customer360) {
  return (
    <>
      <HealthPointsCard {...customer} />
      <HealthDaysCard {...customer} />
      <ScoreCard scores={customer.scores} model="churn" />
      <ScoreCard scores={customer.scores} model="expansion" />
    </>
  );
}
