import type { ForecastReport } from '../app/index.ts';
import type { Value } from '../engines/index.ts';
import { type Command, parseTextOption } from './command.ts';
import { openCurrent } from './open.ts';
import { renderTextTable } from './text-table.ts';

type Forecast = ForecastReport['forecasts'][number];
type Quality = ForecastReport['quality']['company'];

const COLUMNS = ['owner', 'period', 'won', 'open', 'new', 'forecast', 'low', 'high', 'quota'];

function renderAmount(amount: number | null): Value {
  return amount === null ? null : amount.toFixed(2);
}

function renderRow(forecast: Forecast): readonly Value[] {
  const expected = forecast.stages.reduce((sum, stage) => sum + stage.expected, 0);
  return [
    forecast.ownerName,
    `${forecast.periodStart} – ${forecast.periodEnd}`,
    renderAmount(forecast.won),
    forecast.forecast === null ? null : renderAmount(expected),
    ...[forecast.fresh, forecast.forecast, forecast.low, forecast.high, forecast.quota].map(renderAmount),
  ];
}

function renderStages(forecast: Forecast): string {
  if (forecast.stages.length === 0) return '';
  const rows = forecast.stages.map((stage) => [
    stage.stage,
    String(stage.opportunities),
    renderAmount(stage.amount),
    renderAmount(stage.expected),
  ]);
  const table = renderTextTable(['stage', 'open deals', 'amount', 'expected'], rows);
  return `\nOpen deals of ${forecast.ownerName}:\n${table}`;
}

function renderQuality(who: string, { hitRate, looks, periods }: Quality): string {
  if (hitRate === null) return `No interval of ${who} could be judged yet.\n`;
  const share = (100 * hitRate).toFixed(0);
  return `Intervals of ${who} held what came in ${share} % of ${looks} past looks at ${periods} periods (80 % is what they aim at).\n`;
}

function renderForecast({ asOf, forecasts, quality }: ForecastReport): string {
  const [first] = forecasts;
  if (first === undefined) return 'Nothing is sold yet: no opportunity is known.\n';
  const table = renderTextTable(COLUMNS, forecasts.map(renderRow));
  const gap = forecasts.find((forecast) => forecast.gap !== null)?.gap ?? null;
  return [
    `As of ${asOf}, USD:\n`,
    table,
    gap === null ? '' : `Empty where too little is known: ${gap}.\n`,
    renderStages(first),
    '\n',
    renderQuality('the company', quality.company),
    renderQuality('owners', quality.owners),
  ].join('');
}

export const forecastCommand: Command = {
  name: 'forecast',
  summary: 'What will be won by the end of the quota period, and how far such forecasts held.',
  usage: '[--owner O]',
  maxWords: 0,
  options: {
    owner: { type: 'string', value: 'O', description: 'Only this owner, by id or name; all is the company.' },
  },
  examples: [
    { line: 'tenure forecast', note: 'The company and every owner who sells.' },
    { line: 'tenure forecast --owner all --json', note: 'The company alone, with its open deals by stage.' },
  ],
  async run(invocation, context) {
    const report = await openCurrent(invocation, context).forecast(parseTextOption(invocation, 'owner'));
    context.write(invocation.isJson ? `${JSON.stringify(report)}\n` : renderForecast(report));
    return 0;
  },
};
