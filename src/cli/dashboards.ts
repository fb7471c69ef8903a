import type { DashboardEntry, Tenure } from '../app/index.ts';
import { parsePageState, type TileAnswer } from '../dashboards/index.ts';
import type { Invocation } from './command.ts';
import { parseTextOption } from './command.ts';
import { renderTextTable } from './text-table.ts';
import { buildVerbCommand, parseWord, type Verb } from './verb-command.ts';

type Answer = Awaited<ReturnType<Tenure['dashboards']['show']>>;

const NAME = 'the name of a dashboard';

function renderEntries(entries: readonly DashboardEntry[]): string {
  return renderTextTable(
    ['name', 'title', 'answers'],
    entries.map(({ name, title, purpose }) => [name, title, purpose]),
  );
}

/** The address of a page holds its state; so does `--state`. */
async function askDashboard(tenure: Tenure, invocation: Invocation): Promise<Answer> {
  const name = parseWord(invocation, NAME);
  const dashboard = await tenure.dashboards.find(name);
  const search = new URLSearchParams(parseTextOption(invocation, 'state') ?? '');
  return tenure.dashboards.show(name, parsePageState(search, dashboard));
}

function renderTile({ tile, columns, rows, missing, ignored }: TileAnswer): string {
  const shown = columns.filter(({ role }) => role !== 'hidden');
  const notes = [
    ...(missing === null ? [] : [`— ${missing.reason} ${missing.fix}`]),
    ...(ignored.length === 0 ? [] : [`Not filtered by ${ignored.join(', ')}.`]),
  ];
  const head = shown.map(({ label }) => label);
  const cells = rows.map((row) => shown.map(({ name }) => row[name] ?? null));
  const table = missing === null && shown.length > 0 ? renderTextTable(head, cells) : '';
  return [`\n${tile.title} (${tile.chart})`, ...notes, table].filter((part) => part !== '').join('\n');
}

function renderAnswer({ dashboard, asOf, tiles }: Answer): string {
  return `${dashboard.title}, as of ${asOf}\n${tiles.map(renderTile).join('\n')}`;
}

const VERBS: Readonly<Record<string, Verb>> = {
  list: { ask: (tenure) => tenure.dashboards.list(), render: renderEntries },
  show: { word: NAME, ask: askDashboard, render: renderAnswer },
};

export const dashboardsCommand = buildVerbCommand({
  name: 'dashboards',
  summary: 'List the dashboards, checking their files, or show the figures of one.',
  usage: 'list | show NAME [--state TEXT]',
  verbs: VERBS,
  options: {
    state: {
      type: 'string',
      value: 'TEXT',
      description: 'What stands behind the ? in the address of its page: range=12m&plan_tier=growth.',
    },
  },
  examples: [
    { line: 'tenure dashboards list', note: 'A mistake in a file of the workspace is named with its line.' },
    { line: 'tenure dashboards show executive --state "range=12m&plan_tier=growth"', note: 'Its figures.' },
  ],
});
