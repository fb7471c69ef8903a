import type { DashboardAnswer } from '../app/index.ts';
import { hasTime, type PageState, renderPageState } from '../dashboards/index.ts';
import { FilterBar } from './filter-bar.tsx';
import { Page, type PageFrame, renderPage } from './page-shell.tsx';
import { TileCard } from './tile-card.tsx';

/** What a dashboard's page is made of. */
export interface DashboardPageData {
  readonly frame: Omit<PageFrame, 'children'>;
  readonly answer: DashboardAnswer;
  readonly state: PageState;
  readonly labels: ReadonlyMap<string, string>;
}

/** A dashboard as a page. */
export function renderDashboardPage({ frame, answer, state, labels }: DashboardPageData): string {
  const { dashboard, tiles, choices, asOf, lastDay } = answer;
  const path = `/dashboards/${dashboard.name}`;
  const carried = renderPageState(state, { range: null });
  return renderPage(
    <Page {...frame}>
      <div class="head">
        <h1>{dashboard.title}</h1>
        <p class="quiet">{dashboard.purpose}</p>
      </div>
      <FilterBar
        path={path}
        state={state}
        usualRange={dashboard.range}
        choices={choices}
        labels={labels}
        asOf={asOf}
        lastDay={lastDay}
        hasRange={hasTime(dashboard)}
      />
      <div class="grid" id="tiles">
        {tiles.map((tile) => (
          <TileCard answer={tile} place={{ path, carried }} />
        ))}
      </div>
    </Page>,
  );
}
