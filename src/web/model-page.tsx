import type { ModelCard, Realised } from '../app/index.ts';
import { renderDay } from './browser/figure-text.js';
import { DataTable } from './data-table.tsx';
import { ModelCardContent } from './model-card-content.tsx';
import { renderModelPath } from './model-list-page.tsx';
import { renderCount, renderNumber, renderPercent } from './number-text.ts';
import { Card } from './page-card.tsx';
import { Page, type PageFrame } from './page-shell.tsx';

export interface ModelPageProps {
  readonly frame: PageFrame;
  readonly card: ModelCard;
  /** How the models of this outcome did on what happened after them. */
  readonly realised: readonly Realised[];
}

function buildRow(name: string, one: Realised, shown: string) {
  const { version, usableFrom, promised, rows, events, rocAuc, predicted, observed } = one;
  const share = (value: number | null) => (value === null ? '—' : renderPercent(value));
  return [
    <a href={renderModelPath({ model: name, version })} aria-current={version === shown ? 'true' : undefined}>
      <code>{version}</code>
      {version === shown ? ' (this one)' : ''}
    </a>,
    renderDay(usableFrom),
    `${renderNumber(promised.value)} (${renderNumber(promised.low)} to ${renderNumber(promised.high)})`,
    rocAuc === null ? '—' : renderNumber(rocAuc),
    share(predicted),
    share(observed),
    renderCount(rows),
    renderCount(events),
  ];
}

/** A model card among the pages, and what came of what the models of this outcome said. */
export function ModelPage({ frame, card, realised }: ModelPageProps) {
  return (
    <Page {...frame}>
      <p class="small">
        <a href={`/models${frame.carried}`}>← Models</a>
      </p>
      <div class="head">
        <h1>{frame.title}</h1>
      </div>
      <ModelCardContent {...card} />
      <div class="grid">
        <Card title="What was promised, and what came" span={12}>
          <p class="quiet">
            Of the ends of months a model scored, those whose 90 days are over. The newest have none yet (—).
          </p>
          <DataTable
            label="What was promised, and what came, by version"
            columns={[
              { head: 'Version' },
              { head: 'In use from' },
              { head: 'AUC promised (95 % interval)', isNumber: true },
              { head: 'AUC since', isNumber: true },
              { head: 'Predicted', isNumber: true },
              { head: 'Observed', isNumber: true },
              { head: 'Rows', isNumber: true },
              { head: 'Events', isNumber: true },
            ]}
            rows={[...realised].reverse().map((one) => buildRow(card.name, one, card.version))}
          />
        </Card>
      </div>
    </Page>
  );
}
