import type { MilestonePreview, StoredDefinition } from '../app/index.ts';
import { renderDay, renderFigure } from './browser/figure-text.js';
import { DataTable } from './data-table.tsx';
import type { Problem } from './milestone-flow.tsx';
import { MilestoneFrame } from './milestone-frame.tsx';
import { Card } from './page-card.tsx';
import type { PageFrame } from './page-shell.tsx';

function describeCondition({ condition }: StoredDefinition): string {
  const {
    metric,
    operator = '>=',
    threshold,
    thresholds,
    every,
    hold_days,
    window_days,
    sql_model,
  } = condition;
  const values = (thresholds ?? (threshold === undefined ? [] : [threshold])).map((value) =>
    value.toLocaleString('en-US'),
  );
  const reached =
    every === undefined ? `${operator} ${values.join(', ')}` : `every ${every.toLocaleString('en-US')}`;
  return [
    `${metric} ${reached}`,
    ...(window_days === undefined ? [] : [`sum of ${window_days} days`]),
    ...(hold_days === undefined ? [] : [`${hold_days} days in a row`]),
    ...(sql_model === undefined ? [] : [`from the model ${sql_model}`]),
  ].join('; ');
}

function buildDefinitionRow(definition: StoredDefinition) {
  const { name, type, priority, enabled, isShipped, version } = definition;
  return [
    name,
    type,
    describeCondition(definition),
    renderFigure(priority, 'count'),
    enabled ? '✓ on' : '– off',
    isShipped ? 'shipped' : 'yours',
    renderFigure(version, 'count'),
    <a href={`/milestones/preview?name=${encodeURIComponent(name)}`} aria-label={`Try out ${name}`}>
      Try out
    </a>,
  ];
}

/** What counts as a milestone in this workspace. */
export function MilestoneDefinitionsPage(props: {
  readonly frame: PageFrame;
  readonly definitions: readonly StoredDefinition[];
}) {
  return (
    <MilestoneFrame frame={props.frame} tab="/milestones/definitions">
      <p class="quiet">
        To change one or add your own, put a <code>milestones.yml</code> beside <code>tenure.yml</code>; the
        tab Try out shows what it would find.
      </p>
      <DataTable
        label="Definitions of milestones"
        columns={[
          { head: 'Definition' },
          { head: 'Type' },
          { head: 'Reached at' },
          { head: 'Priority', isNumber: true },
          { head: 'State' },
          { head: 'From' },
          { head: 'Version', isNumber: true },
          { head: <span class="visually-hidden">Try out</span> },
        ]}
        rows={props.definitions.map(buildDefinitionRow)}
      />
    </MilestoneFrame>
  );
}

export interface MilestonePreviewPageProps {
  readonly frame: PageFrame;
  readonly names: readonly string[];
  /** The definition that is tried out; null where none of the workspace is. */
  readonly name: string | null;
  /** What was pasted; empty before that. */
  readonly yaml: string;
  /** False for those who may only look. */
  readonly mayAct: boolean;
  readonly preview: MilestonePreview | null;
  readonly problem: Problem | null;
}

const EXAMPLE = `- type: usage
  name: API calls
  condition: { metric: api_calls, thresholds: [10000, 1000000] }
  title: "{short} API Calls"
  detail: API usage reached {number} calls
  unit: call`;

function FindingsCard({ preview }: { readonly preview: MilestonePreview }) {
  return (
    <Card title="Who and when" span={8}>
      {preview.waiting.map(({ name, problem, hint }) => (
        <p class="warn">
          ⚠ {name} cannot be looked at: {problem}. {hint}
        </p>
      ))}
      {preview.findings.length === 0 ? (
        <p class="note">Nobody has reached it.</p>
      ) : (
        <>
          <p class="quiet">{`The latest ${preview.findings.length} of all of history. Nothing was recorded, nobody was told.`}</p>
          <DataTable
            label="Who would have reached it"
            columns={[
              { head: 'Customer' },
              { head: 'Definition' },
              { head: 'Reached', isNumber: true },
              { head: 'On', isNumber: true },
            ]}
            rows={preview.findings.map((row) => [
              <a href={`/customers/${encodeURIComponent(String(row['customer_id']))}`}>
                {String(row['customer_name'] ?? row['customer_id'])}
              </a>,
              String(row['definition']),
              renderFigure(row['occurrence'], 'count'),
              renderDay(String(row['achieved_at'])),
            ])}
          />
        </>
      )}
    </Card>
  );
}

const WEEKS = 8;

function AlertsCard({ preview }: { readonly preview: MilestonePreview }) {
  const weeks = [...new Set(preview.alerts.map((row) => String(row['week'])))].slice(-WEEKS);
  const rows = preview.alerts.filter((row) => weeks.includes(String(row['week']))).reverse();
  const total = preview.alerts.reduce((sum, row) => sum + Number(row['alerts']), 0);
  return (
    <Card title="Alerts a week and owner" span={4}>
      {rows.length === 0 ? (
        <p class="note">None.</p>
      ) : (
        <>
          <p class="quiet">{`${renderFigure(total, 'count')} in all; the last ${weeks.length} weeks that had any.`}</p>
          <DataTable
            label="Alerts a week and owner"
            columns={[{ head: 'Week of' }, { head: 'Owner' }, { head: 'Alerts', isNumber: true }]}
            rows={rows.map((row) => [
              renderDay(String(row['week'])),
              renderFigure(row['owner_name'] ?? row['owner_id'], 'text'),
              renderFigure(row['alerts'], 'count'),
            ])}
          />
        </>
      )}
    </Card>
  );
}

function PasteForm({ yaml }: MilestonePreviewPageProps) {
  return (
    <form method="post" action="/milestones/preview">
      <label for="yaml">One definition or several, as YAML. Nothing is recorded.</label>
      <textarea id="yaml" name="yaml" rows={8} spellcheck={false} required>
        {yaml === '' ? EXAMPLE : yaml}
      </textarea>
      <p>
        <button type="submit" class="primary">
          Try it out
        </button>
      </p>
    </form>
  );
}

/** What a definition would have found in all of history, and how many alerts that had been. */
export function MilestonePreviewPage(props: MilestonePreviewPageProps) {
  const { frame, names, name, mayAct, preview, problem } = props;
  return (
    <MilestoneFrame frame={frame} tab="/milestones/preview">
      <form method="get" action="/milestones/preview" class="filters" aria-label="Which definition">
        <label>
          Definition
          <select name="name">
            {names.map((known) => (
              <option value={known} selected={known === name}>
                {known}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary">
          Try out
        </button>
      </form>
      <div class="grid">
        {problem === null ? null : (
          <p class="banner bad span-12" role="alert">
            ✕ {problem.message} {problem.fix}
          </p>
        )}
        {preview === null ? null : (
          <>
            <FindingsCard preview={preview} />
            <AlertsCard preview={preview} />
          </>
        )}
        {mayAct ? (
          <Card title="A definition of your own" span={12}>
            <PasteForm {...props} />
          </Card>
        ) : null}
      </div>
    </MilestoneFrame>
  );
}
