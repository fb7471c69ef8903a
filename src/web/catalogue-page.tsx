import type { MetricAnswer, MetricCard, MetricEntry } from '../app/index.ts';
import { renderDay, renderFigure, UNKNOWN } from './browser/figure-text.js';
import { readUnit } from './metric-unit.ts';
import { Page, type PageFrame, renderPage } from './page-shell.tsx';

/** A domain of the catalogue with what its metrics say of the company today. */
export interface CatalogueDomain {
  readonly domain: string;
  readonly metrics: readonly MetricEntry[];
  readonly answer: MetricAnswer;
}

export interface CataloguePageData {
  readonly frame: Omit<PageFrame, 'children'>;
  readonly domains: readonly CatalogueDomain[];
}

const TITLES: Readonly<Record<string, string>> = {
  customer_success: 'Customer success',
  sales: 'Sales',
  product: 'Product',
  marketing: 'Marketing',
};

const TIERS: Readonly<Record<string, string>> = { tier_1: '1', tier_2: '2', tier_3: '3' };

function Value({ metric, answer }: { metric: MetricEntry; answer: MetricAnswer }) {
  const name = `${metric.domain}.${metric.metric}`;
  const value = answer.rows[0]?.[name];
  if (value !== null && value !== undefined)
    return (
      <td
        class="number"
        title={renderFigure(value, readUnit(metric), { isExact: true })}
        data-metric={name}
        data-value={String(value)}
      >
        {renderFigure(value, readUnit(metric))}
      </td>
    );
  if (!metric.hasCompanyFigure)
    return (
      <td class="number quiet" title="It has a figure for each customer, none for all together.">
        each its own
      </td>
    );
  const reason =
    answer.unavailable.find((one) => one.metric === name)?.reason ??
    'The company has no value of it on this day.';
  return (
    <td class="number quiet" title={reason}>
      {UNKNOWN}
    </td>
  );
}

function Domain({ domain, metrics, answer }: CatalogueDomain) {
  return (
    <section class="card span-12" id={domain}>
      <h2>{TITLES[domain] ?? domain}</h2>
      <section class="scroll" tabindex={0} aria-label={`Metrics of ${TITLES[domain] ?? domain}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col">Means</th>
              <th scope="col" class="number">
                Company today
              </th>
              <th scope="col" class="number">
                Tier
              </th>
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <tr>
                <th scope="row">
                  <a href={`/catalogue/${metric.domain}.${metric.metric}`}>
                    <code>{metric.metric}</code>
                  </a>
                </th>
                <td class="wide">{metric.description}</td>
                <Value metric={metric} answer={answer} />
                <td class="number">{TIERS[metric.tier] ?? metric.tier}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

/** Every metric there is, with what it says of the company today. */
export function renderCataloguePage({ frame, domains }: CataloguePageData): string {
  const count = domains.reduce((sum, { metrics }) => sum + metrics.length, 0);
  return renderPage(
    <Page {...frame}>
      <div class="head">
        <h1>Catalogue</h1>
        <p class="quiet">{`${count} metrics, each defined once; tier 1 is what the company is run by.`}</p>
      </div>
      <p class="tabs">
        {domains.map(({ domain }) => (
          <a href={`#${domain}`}>{TITLES[domain] ?? domain}</a>
        ))}
        <a href="/catalogue/models">Models and their tests</a>
      </p>
      <div class="grid">
        {domains.map((domain) => (
          <Domain {...domain} />
        ))}
      </div>
    </Page>,
  );
}

/** Facts of a metric as its page shows them. */
export function MetricFacts({ card }: { card: MetricCard }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Name', `${card.domain}.${card.metric}`],
    ['Formula', card.formula],
    ['Unit', card.isMultiple ? 'ratio, so many times' : card.unit],
    ['Better', card.goodDirection === 'none' ? 'neither way' : card.goodDirection],
    ['Tier', TIERS[card.tier] ?? card.tier],
    ['Owner', card.owner],
    ['Also called', card.synonyms.join(', ') || UNKNOWN],
    ['By', card.dimensions.join(', ')],
    ['Version', card.version],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>
            {name === 'Formula' || name === 'Name' || name === 'Version' ? <code>{value}</code> : value}
          </dd>
        </>
      ))}
    </dl>
  );
}

/** Up to which day the sources of a metric are known. */
export function MetricSources({
  card,
  watermarks,
}: {
  card: MetricCard;
  watermarks: Readonly<Record<string, string | null>>;
}) {
  return (
    <dl class="facts">
      {Object.entries(card.needs).map(([source, days]) => (
        <>
          <dt>
            <code>{source}</code>
          </dt>
          <dd>
            {`${days === null ? 'any day' : `the last ${days} days`}; `}
            {watermarks[source] ? `known up to ${renderDay(watermarks[source])}` : 'a table of state'}
          </dd>
        </>
      ))}
    </dl>
  );
}
