import type { MetricCard } from '../app/index.ts';
import { type PageState, renderPageState, type TileAnswer } from '../dashboards/index.ts';
import { MetricFacts, MetricSources } from './catalogue-page.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Page, type PageFrame, renderPage } from './page-shell.tsx';
import { TileCard } from './tile-card.tsx';

export interface MetricPageData {
  readonly frame: Omit<PageFrame, 'children'>;
  readonly card: MetricCard;
  readonly answer: TileAnswer;
  readonly state: PageState;
  readonly asOf: string;
  readonly lastDay: string;
  /** Dashboards that show it: path and title. */
  readonly shownOn: readonly { readonly path: string; readonly title: string }[];
}

/** A metric: its course, definition, sources, and another way to the same number. */
export function renderMetricPage({
  frame,
  card,
  answer,
  state,
  asOf,
  lastDay,
  shownOn,
}: MetricPageData): string {
  const path = `/catalogue/${card.domain}.${card.metric}`;
  return renderPage(
    <Page {...frame}>
      <div class="head">
        <h1>{card.label}</h1>
        <p>
          <a href="/catalogue">‹ Catalogue</a>
        </p>
      </div>
      <p>{card.description}</p>
      <FilterBar
        path={path}
        state={state}
        usualRange="90d"
        choices={new Map()}
        labels={new Map()}
        asOf={asOf}
        lastDay={lastDay}
      />
      <div class="grid" id="tiles">
        <TileCard
          answer={answer}
          place={{ path, carried: renderPageState(state, { range: null }), isAlone: true }}
        />
        <section class="card span-6">
          <h2>Definition</h2>
          <MetricFacts card={card} />
        </section>
        <section class="card span-6">
          <h2>Where it comes from</h2>
          <MetricSources card={card} watermarks={answer.receipt?.watermarks ?? {}} />
          <p>
            Made in{' '}
            <a href={`/catalogue/models/${card.table}`}>
              <code>{card.table}</code>
            </a>
            , which shows its lineage and tests.
          </p>
          <p>
            {shownOn.length === 0 ? 'On no dashboard.' : 'On '}
            {shownOn.map(({ path: to, title }, place) => (
              <>
                {place === 0 ? '' : ', '}
                <a href={to}>{title}</a>
              </>
            ))}
          </p>
        </section>
        <section class="card span-12">
          <h2>Another way to the same number</h2>
          <p class="note">Over the staging models, for one entity and one day; a test holds both equal.</p>
          <pre tabindex={0}>
            <code>{card.checkQuery}</code>
          </pre>
        </section>
      </div>
    </Page>,
  );
}
