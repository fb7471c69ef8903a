import type { ModelEntry } from '../app/index.ts';
import { daysBetween } from '../base/index.ts';
import { renderDay, renderFigure } from './browser/figure-text.js';
import { DataTable } from './data-table.tsx';
import { nameModelKind } from './model-card-content.tsx';
import { renderCount, renderNumber } from './number-text.ts';
import { Card } from './page-card.tsx';
import { Page, type PageFrame } from './page-shell.tsx';

export interface ModelListPageProps {
  readonly frame: PageFrame;
  readonly models: readonly ModelEntry[];
}

/** The address of a model's card. */
export function renderModelPath({ model, version }: Pick<ModelEntry, 'model' | 'version'>): string {
  return `/models/${encodeURIComponent(model)}/${encodeURIComponent(version)}`;
}

function renderAlarms(alarms: number) {
  return alarms === 0 ? <span class="good">✓ none</span> : <span class="bad">⚠ {renderCount(alarms)}</span>;
}

function buildRow(entry: ModelEntry, asOf: string | null) {
  const { version, champion, trainedTo, usableFrom, usableTo, rocAuc, alarms } = entry;
  const last = usableTo ?? asOf;
  return [
    <a href={renderModelPath(entry)}>
      <code>{version}</code>
    </a>,
    usableTo === null ? <span class="badge good">✓ in use</span> : 'replaced',
    nameModelKind(champion),
    renderNumber(rocAuc),
    renderDay(trainedTo),
    usableTo === null ? `${renderDay(usableFrom)} –` : `${renderDay(usableFrom)} – ${renderDay(usableTo)}`,
    last === null ? '—' : renderFigure(Math.max(0, daysBetween(usableFrom, last) + 1), 'count'),
    renderAlarms(alarms),
  ];
}

const TITLES: Readonly<Record<string, string>> = {
  churn: 'Churn: who leaves within 90 days',
  expansion: 'Expansion: who upgrades within 90 days',
};

/** The models of each outcome, the newest first. */
export function ModelListPage({ frame, models }: ModelListPageProps) {
  const names = [...new Set(models.map(({ model }) => model))];
  return (
    <Page {...frame}>
      <div class="head">
        <h1>Models</h1>
        <p class="quiet">Each scored the days it was in use with what was known before them.</p>
      </div>
      {names.length === 0 ? (
        <div class="card empty">
          <p>There is no model yet: a build trains one as soon as the history is long enough.</p>
        </div>
      ) : null}
      <div class="grid">
        {names.map((name) => (
          <Card title={TITLES[name] ?? name} span={12}>
            <p>
              <a href={`/models/${encodeURIComponent(name)}`}>The card of the model in use</a>
            </p>
            <DataTable
              label={`Models of ${name}, the newest first`}
              columns={[
                { head: 'Version' },
                { head: 'State' },
                { head: 'Kind' },
                { head: 'AUC', isNumber: true },
                { head: 'Learned up to', isNumber: true },
                { head: 'In use' },
                { head: 'Days', isNumber: true },
                { head: 'Alarms', isNumber: true },
              ]}
              rows={models.filter(({ model }) => model === name).map((entry) => buildRow(entry, frame.asOf))}
            />
          </Card>
        ))}
      </div>
    </Page>
  );
}
