import type { HazardReport, SurvivalGroup, SurvivalReport } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { type Command, type Invocation, parseCount, parseTextOption } from './command.ts';
import { openCurrent } from './open.ts';
import { renderTextTable } from './text-table.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const WIDTH = 32;

/** A low p as people write it. */
function renderP(p: number): string {
  return p < 0.001 ? 'p < .001' : `p = ${p.toFixed(3).replace(/^0/, '')}`;
}

function renderRange(interval: { readonly low: number | null; readonly high: number | null }): string {
  const [low, high] = [interval.low, interval.high].map((day) => (day === null ? '…' : day.toFixed(0)));
  return `(${low}–${high})`;
}

/** The curve from day 0 to the horizon as a row of blocks, a full one for everybody; blank where nobody was seen. */
function renderCurve({ steps }: SurvivalGroup, horizon: number): string {
  const last = steps.at(-1);
  return Array.from({ length: WIDTH }, (_, place) => {
    const day = ((place + 1) * horizon) / WIDTH;
    if (last === undefined || (day > last.time && last.survival > 0)) return ' ';
    const share = steps.findLast(({ time }) => time <= day)?.survival ?? 1;
    return BLOCKS[Math.min(Math.floor(share * BLOCKS.length), BLOCKS.length - 1)];
  }).join('');
}

function renderName(value: string | null, by: string | null): string {
  return value ?? (by === null ? 'all' : '(none)');
}

function renderGroups({ groups, by, horizon }: SurvivalReport): string {
  const rows = groups.map((group) => [
    renderName(group.value, by),
    group.customers,
    group.churned,
    `${renderCurve(group, horizon)}│`,
    `${group.median.time ?? 'not reached'}${group.median.low === null ? '' : ` ${renderRange(group.median)}`}`,
    `${group.restrictedMean.mean.toFixed(0)} ${renderRange(group.restrictedMean.interval)}`,
  ]);
  const columns = [
    by ?? '',
    'customers',
    'churned',
    `to day ${horizon}`,
    'median days',
    `mean within ${horizon} days`,
  ];
  return renderTextTable(columns, rows);
}

function renderPoints({ groups, by }: SurvivalReport): string {
  const days = groups[0]?.points.map(({ day }) => day) ?? [];
  const percent = (share: number) => (100 * share).toFixed(0);
  const rows = groups.flatMap((group) => [
    [
      renderName(group.value, by),
      ...group.points.map(({ survival, interval }) => {
        if (survival === null) return '';
        return interval === null
          ? `${percent(survival)} %`
          : `${percent(survival)} % (${percent(interval.low)}–${percent(interval.high)})`;
      }),
    ],
    ['  at risk', ...group.points.map(({ atRisk }) => String(atRisk))],
  ]);
  return renderTextTable([by ?? '', ...days.map((day) => `day ${day}`)], rows);
}

/** A ratio; near 1, where a number of a small unit has its effect, with more digits. */
function renderRatio(ratio: number): string {
  return ratio.toFixed(Math.abs(ratio - 1) < 0.02 ? 4 : 2);
}

function renderHazards(cox: HazardReport): string {
  const rows = cox.terms.map(({ column, value, reference, hazardRatio, interval, p, proportionality }) => [
    value === null ? column : `${column}: ${value}, not ${reference}`,
    `× ${renderRatio(hazardRatio)}`,
    `(${renderRatio(interval.low)}–${renderRatio(interval.high)})`,
    renderP(p),
    proportionality === null ? '' : renderP(proportionality.p),
  ]);
  const table = renderTextTable(
    ['churn on any day', 'hazard', '95 %', 'no effect', 'same on all days'],
    rows,
  );
  const { likelihoodRatio, concordance, proportionality } = cox;
  const lines = [
    `Likelihood ratio: χ² ${likelihoodRatio.chiSquare.toFixed(1)}, ${likelihoodRatio.degrees} degrees, ${renderP(likelihoodRatio.p)}.`,
    ...(concordance === null ? [] : [`Right order (C): ${concordance.toFixed(2)} of pairs; .50 is chance.`]),
    ...(proportionality === null
      ? []
      : [`Same effect on all days: ${renderP(proportionality.p)} for all terms.`]),
  ];
  const title = `Cox's model of ${cox.customers} customers, ${cox.churned} churned; one more of a number, or one value against another:`;
  return `\n${title}\n${table}${lines.join('\n')}\n`;
}

function renderSurvival(report: SurvivalReport): string {
  const { customers, churned, landmark, asOf, logRank } = report;
  const from = landmark > 0 ? ` that stayed longer than ${landmark} days` : '';
  const title = `Survival of ${customers} customers${from}, ${churned} churned, up to ${asOf}. Days since signup, 95 % intervals.\n\n`;
  const test =
    logRank === null
      ? ''
      : `\nLog-rank test: χ² ${logRank.chiSquare.toFixed(1)}, ${logRank.degrees} degrees, ${renderP(logRank.p)} if all groups live alike.\n`;
  const cox = report.cox === null ? '' : renderHazards(report.cox);
  const notes =
    report.notes.length === 0 ? '' : `\n${report.notes.map((note) => `Note: ${note}\n`).join('')}`;
  return `${title}${renderGroups(report)}\n${renderPoints(report)}${test}${cox}${notes}`;
}

function readCox({ options, positionals }: Invocation): true | readonly string[] | undefined {
  if (options['cox'] === true) return positionals.length === 0 ? true : positionals;
  if (positionals.length === 0) return undefined;
  throw new TenureError('USAGE', {
    problem: `Columns such as ${positionals[0]} go with --cox, or after --by.`,
  });
}

export const survivalCommand: Command = {
  name: 'survival',
  summary: 'How long customers stay: survival curves, groups compared, what makes them leave sooner.',
  usage: '[--by COLUMN] [--cox [COLUMN …]]',
  maxWords: 20,
  options: {
    by: {
      type: 'string',
      value: 'COLUMN',
      description: 'Compare customers by a column of customer_survival.',
    },
    cox: {
      type: 'boolean',
      description:
        "Cox's model of the columns named; integration_connects_first_30d and plan_tier unless named.",
    },
    horizon: {
      type: 'string',
      value: 'DAYS',
      description: 'Count the mean lifetime up to this day; as far as all groups were seen unless given.',
    },
    landmark: {
      type: 'string',
      value: 'DAYS',
      description:
        'Only customers that stayed longer, from that day on; until the columns are known unless given.',
    },
  },
  examples: [
    {
      line: 'tenure survival --by integration_bucket',
      note: 'Do customers with more integrations stay longer?',
    },
    { line: 'tenure survival --horizon 365', note: 'How many days of the first year a customer stays.' },
    { line: 'tenure survival --cox', note: 'Hazard ratios, and whether they hold on all days.' },
  ],
  async run(invocation, context) {
    const report = await openCurrent(invocation, context).survival({
      by: parseTextOption(invocation, 'by'),
      cox: readCox(invocation),
      horizon: parseCount(invocation, 'horizon'),
      landmark: parseCount(invocation, 'landmark'),
    });
    context.write(invocation.isJson ? `${JSON.stringify(report)}\n` : renderSurvival(report));
    return 0;
  },
};
