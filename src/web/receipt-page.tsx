import type { MetricCard } from '../app/index.ts';
import { quoteLiteral } from '../base/index.ts';
import {
  type Dashboard,
  hasTime,
  type PageState,
  renderPageState,
  type TileAnswer,
  type TileReceipt,
} from '../dashboards/index.ts';
import { renderDay } from './browser/figure-text.js';
import { FilterBar, type FilterBarData } from './filter-bar.tsx';
import { Page, type PageFrame, renderPage } from './page-shell.tsx';
import { TileCard } from './tile-card.tsx';
import { buildLink } from './tile-links.ts';
import { TileTable } from './tile-table.tsx';

/** What the page of one tile is made of. */
export interface ReceiptPageData {
  readonly frame: Omit<PageFrame, 'children'>;
  readonly dashboard: Dashboard;
  readonly answer: TileAnswer;
  readonly state: PageState;
  readonly filters: Omit<FilterBarData, 'path' | 'state' | 'usualRange'>;
  /** What the catalogue says of the tile's metrics. */
  readonly cards: readonly MetricCard[];
  /** Last day of each source, where a tile reads a model. */
  readonly modelLink: string | null;
}

function Definition({ card, version }: { card: MetricCard; version: string | undefined }) {
  return (
    <>
      <h3>
        <a href={`/catalogue/${card.domain}.${card.metric}`}>{card.label}</a>
      </h3>
      <p>{card.description}</p>
      <dl class="facts">
        <dt>Formula</dt>
        <dd>
          <code>{card.formula}</code>
        </dd>
        <dt>Unit</dt>
        <dd>{card.unit}</dd>
        <dt>Owner</dt>
        <dd>{card.owner}</dd>
        <dt>Version</dt>
        <dd>
          <code>{version ?? card.version}</code>
        </dd>
      </dl>
    </>
  );
}

function Freshness({ receipt }: { receipt: TileReceipt }) {
  const sources = Object.entries(receipt.watermarks);
  return (
    <>
      {receipt.range === null ? null : (
        <p>{`Days from ${renderDay(receipt.range.from)} up to, and without, ${renderDay(receipt.range.to)}, UTC.`}</p>
      )}
      {sources.length === 0 ? null : (
        <dl class="facts">
          {sources.map(([source, day]) => (
            <>
              <dt>
                <code>{source}</code>
              </dt>
              <dd>
                {day === null
                  ? 'a table of state: it has no day of its own'
                  : `known up to ${renderDay(day)}`}
              </dd>
            </>
          ))}
        </dl>
      )}
    </>
  );
}

/** The statement with its values in place, so that it runs as it stands by `tenure query`. */
function writeOut({ sql, parameters }: TileReceipt): string {
  return sql.replace(/\$(\d+)/g, (place, number: string) => {
    const value = parameters[Number(number) - 1];
    if (value === undefined) return place;
    return typeof value === 'string' ? quoteLiteral(value) : String(value);
  });
}

/** Where the figures of a tile come from: definition, freshness, SQL and rows. */
export function renderReceiptPage(data: ReceiptPageData): string {
  const { frame, dashboard, answer, state, filters, cards, modelLink } = data;
  const { tile, receipt } = answer;
  const [home, path] = [`/dashboards/${dashboard.name}`, `/dashboards/${dashboard.name}/${tile.name}`];
  const carried = renderPageState(state, { range: null });
  const links = answer.rows.map((row) => buildLink(tile, row, carried));
  return renderPage(
    <Page {...frame}>
      <div class="head">
        <h1>{tile.title}</h1>
        <p>
          <a href={`${home}${renderPageState(state, dashboard)}`}>‹ {dashboard.title}</a>
        </p>
      </div>
      <FilterBar
        {...filters}
        hasRange={hasTime(dashboard)}
        path={path}
        state={state}
        usualRange={dashboard.range}
      />
      <div class="grid" id="tiles">
        <TileCard answer={answer} place={{ path: home, carried, isAlone: true }} />
        <section class="card span-6">
          <h2>Definition</h2>
          {cards.map((card) => (
            <Definition
              card={card}
              version={receipt?.definitions.find(({ metric }) => metric.endsWith(card.metric))?.version}
            />
          ))}
          {receipt?.model ? (
            <p>
              Rows of the model{' '}
              {modelLink === null ? (
                <code>{receipt.model}</code>
              ) : (
                <a href={modelLink}>
                  <code>{receipt.model}</code>
                </a>
              )}
              .
            </p>
          ) : null}
          {tile.survival === undefined ? null : (
            <p>
              Kaplan–Meier estimate over the mart <code>customer_survival</code>, 95 % log-log intervals.
            </p>
          )}
        </section>
        <section class="card span-6">
          <h2>Freshness</h2>
          {receipt === null ? <p>The last day there is.</p> : <Freshness receipt={receipt} />}
          {answer.warnings.map((warning) => (
            <p class="warn">⚠ {warning}</p>
          ))}
        </section>
        {receipt === null ? null : (
          <section class="card span-12">
            <h2>SQL</h2>
            <pre tabindex={0}>
              <code>{writeOut(receipt)}</code>
            </pre>
            {receipt.query === null ? null : (
              <details class="more">
                <summary>The same by the API</summary>
                <p class="note">POST /v1/metrics/query</p>
                <pre tabindex={0}>
                  <code>{JSON.stringify(receipt.query, null, 2)}</code>
                </pre>
              </details>
            )}
          </section>
        )}
        {answer.rows.length === 0 || ['table', 'heat_map'].includes(tile.chart) ? null : (
          <section class="card span-12">
            <h2>Rows</h2>
            <TileTable answer={answer} links={links} label="Rows" isExact />
          </section>
        )}
      </div>
    </Page>,
  );
}
