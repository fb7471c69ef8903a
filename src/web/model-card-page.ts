import { escapeHtml } from '../base/index.ts';
import { type ModelCard, OUTCOMES, renderMoveFigure } from '../scoring/index.ts';
import { renderCalibrationChart } from './calibration-chart.ts';
import { CARD_STYLE } from './card-style.ts';
import { renderBar, renderTable } from './html-table.ts';
import { renderCount, renderDay, renderNumber, renderPercent, withMinus } from './number-text.ts';

type Figures = ModelCard['figures'];
type Measured = Figures['rocAuc'];
type RowsUsed = ModelCard['tested'];

const KINDS: Readonly<Record<string, string>> = {
  base_rate: 'base rate for everyone',
  logistic: 'logistic regression',
  trees: 'gradient-boosted trees',
  imported: 'brought in from outside',
  mean: 'mean of logistic regression and trees',
};

const number = (head: string) => ({ head, isNumber: true });
const kind = (name: string): string => escapeHtml(KINDS[name] ?? name);
/** A name that may break after each underscore. */
const renderName = (name: string): string => `<code>${escapeHtml(name).replaceAll('_', '_<wbr>')}</code>`;
const unknown = (reason: string): string => `— <span class="quiet small">${escapeHtml(reason)}</span>`;

function renderRange({ low, high }: Measured): string {
  return `<small>95 % interval ${renderNumber(low)} to ${renderNumber(high)}</small>`;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

function renderTile({ name, value, meaning }: Tile): string {
  return `<section class="card"><h2>${name}</h2><p class="kpi">${value}</p><p class="small quiet">${meaning}</p></section>`;
}

function listTiles({ figures, tested, candidates }: ModelCard, event: string): readonly Tile[] {
  const { rocAuc, prAuc, brier, brierSkill, logLoss, calibrationSlope: slope, topDecile: top } = figures;
  const ofBase = candidates.find(({ candidate }) => candidate === 'base_rate')?.logLoss;
  const beside = ofBase === undefined ? '' : `; the base rate alone has ${renderNumber(ofBase, 4)}`;
  return [
    {
      name: 'ROC-AUC',
      value: `${renderNumber(rocAuc.value)} ${renderRange(rocAuc)}`,
      meaning: `How often a customer that ${event} has a higher probability than one that did not: 0.5 is chance.`,
    },
    {
      name: 'PR-AUC',
      value: `${renderNumber(prAuc.value)} ${renderRange(prAuc)}`,
      meaning: `Precision averaged over all shares of the events that are found; by chance ${renderNumber(tested.baseRate)}.`,
    },
    {
      name: 'Lift of the top tenth',
      value: `${renderNumber(top.lift, 2)} <small>precision ${renderPercent(top.precision)}</small>`,
      meaning: `The ${renderCount(top.rows)} rows with the highest probabilities have the event so many times as often as all.`,
    },
    {
      name: 'Brier skill',
      value: `${renderPercent(brierSkill)} <small>Brier score ${renderNumber(brier, 4)}</small>`,
      meaning:
        'How much smaller the mean squared error of the probabilities is than with the base rate for everyone.',
    },
    {
      name: 'Calibration slope',
      value:
        slope === null
          ? unknown('the outcomes are told apart without exception')
          : `${renderNumber(slope.value)} ${renderRange(slope)}`,
      meaning: '1 is right. Below it the probabilities are too bold, above it too cautious.',
    },
    {
      name: 'Log loss',
      value: renderNumber(logLoss, 4),
      meaning: `The mean surprise of what came, in nats, lower is better${beside}.`,
    },
  ];
}

function renderAlarms({ alarms }: ModelCard): string {
  if (alarms.length === 0)
    return '<ul class="alarms"><li class="good">✓ No alarm <span>Nothing looks as if the outcome had been known beforehand.</span></li></ul>';
  const items = alarms.map(({ text }) => `<li class="bad">⚠ Alarm <span>${escapeHtml(text)}</span></li>`);
  return `<ul class="alarms" role="alert">${items.join('')}</ul>`;
}

function renderNote({ note }: ModelCard): string {
  return note === null ? '' : `<p class="warn">⚠ ${escapeHtml(note)}</p>`;
}

function renderTiers({ tiers }: ModelCard): string {
  const rows = tiers.map(({ tier, rows: count, events, predicted, observed }) => [
    tier,
    renderCount(count),
    renderCount(events),
    predicted === null ? unknown('no rows') : renderPercent(predicted),
    observed === null ? unknown('no rows') : renderPercent(observed),
  ]);
  return renderTable(
    [{ head: 'Tier' }, number('Rows'), number('Events'), number('Predicted'), number('Observed')],
    rows,
    'What came should rise with the tier, and be near what was predicted.',
  );
}

function renderTop({ figures: { topDecile: top } }: ModelCard): string {
  const mrr =
    top.mrrCaptured === null
      ? unknown('the table has no MRR')
      : `${renderPercent(top.mrrCaptured)} of their MRR`;
  return `<p>The tenth of the rows with the highest probabilities holds ${renderPercent(top.captured)} of all events and ${mrr}.</p>`;
}

function renderCandidates({ candidates, champion }: ModelCard): string {
  const rows = candidates.map((one) => [
    one.candidate === champion ? `<strong>${kind(one.candidate)} ✓</strong>` : kind(one.candidate),
    renderNumber(one.logLoss, 4),
    renderNumber(one.brier, 4),
    one.rocAuc === null ? '—' : renderNumber(one.rocAuc),
    escapeHtml(one.calibration),
  ]);
  return renderTable(
    [{ head: 'Candidate' }, number('Log loss'), number('Brier'), number('AUC'), { head: 'Calibration' }],
    rows,
    'The lowest log loss on the test is taken (✓). Where everyone has one probability there is no AUC (—).',
  );
}

function renderBaselines({ oneRule, withoutDoubtful, figures }: ModelCard): string {
  const rows = [
    ['This model', renderNumber(figures.rocAuc.value)],
    oneRule === null
      ? ['One predictor alone', unknown('there is none')]
      : [`${renderName(oneRule.predictor)} alone`, renderNumber(oneRule.rocAuc)],
    ...(withoutDoubtful === null
      ? []
      : [
          [
            `Without ${withoutDoubtful.predictors.map(renderName).join(', ')}, which may be entered because the outcome is near`,
            renderNumber(withoutDoubtful.rocAuc),
          ],
        ]),
  ];
  return renderTable(
    [{ head: 'Model' }, number('AUC')],
    rows,
    'A model should beat what one predictor does alone.',
  );
}

function renderImportance({ importance }: ModelCard): string {
  const most = importance[0]?.meanAbsolute ?? 0;
  const rows = importance.map(({ predictor, meanAbsolute }) => [
    renderName(predictor),
    renderNumber(meanAbsolute),
    renderBar(most === 0 ? 0 : meanAbsolute / most),
  ]);
  const table = renderTable(
    [{ head: 'Predictor' }, number('Mean |SHAP|'), { head: '' }],
    rows,
    'By how much a predictor moves the log-odds of a row on average, up or down.',
  );
  return `<div class="bars">${table}</div>`;
}

function renderDrift({ drift }: ModelCard): string {
  if (drift.length === 0) return `<p>${unknown('what the model learned from is not known')}</p>`;
  const rows = drift.map((one) => {
    const note =
      one.alarm !== null
        ? '<span class="bad small">⚠ drifted</span>'
        : one.isCalendarBound
          ? '<span class="quiet small">moves with the calendar</span>'
          : '';
    const [before, now] = [renderMoveFigure(one, one.before), renderMoveFigure(one, one.now)].map(withMinus);
    return [
      `${renderName(one.predictor)} ${note}`,
      renderNumber(one.psi),
      renderNumber(one.noise),
      `${escapeHtml(one.figure)} ${before} → ${now}`,
    ];
  });
  return renderTable(
    [{ head: 'Predictor' }, number('PSI'), number('By chance'), { head: 'Before → in the test' }],
    rows,
    'The test against the rows learned from: a population stability index over 0.1 that is more than chance explains has drifted, unless the predictor moves with the calendar by itself.',
  );
}

function renderRows({ trained, tested, fitted }: ModelCard): string {
  const parts = [trained, tested, fitted];
  const show = (read: (part: RowsUsed) => string): readonly string[] =>
    parts.map((part) => (part === null ? '—' : read(part)));
  const day = (value: string | null): string => (value === null ? unknown('no days') : renderDay(value));
  return renderTable(
    [{ head: '' }, number('Learned from'), number('Test'), number('In use')],
    [
      ['First day', ...show(({ from }) => day(from))],
      ['Last day', ...show(({ to }) => day(to))],
      ['Rows', ...show(({ rows }) => renderCount(rows))],
      ['Customers', ...show(({ groups }) => renderCount(groups))],
      ['Events', ...show(({ events }) => renderCount(events))],
      ['Base rate', ...show(({ baseRate }) => renderPercent(baseRate))],
    ],
    trained === null
      ? 'What this page says was measured on the test. What the model learned from is not known (—); its base rate and tiers come from the rows of the last column.'
      : 'What this page says was measured on the test, by a model that learned from earlier rows. The model in use was then fitted again, on the rows of the last column.',
  );
}

const section = (title: string, content: string): string =>
  `<section class="card"><h2>${title}</h2>${content}</section>`;

/**
 * A model card as one page of HTML that needs nothing else: no script, nothing fetched, light and dark, for screens of any
 * width and for paper. All text of the card is escaped.
 *
 * @example
 * fs.writeFileSync('churn.html', renderModelCard(await tenure.scores.card('churn')));
 */
export function renderModelCard(card: ModelCard): string {
  const title = `Model card: ${escapeHtml(card.name)}`;
  const event = escapeHtml(OUTCOMES.find(({ name }) => name === card.name)?.event ?? 'had the event');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${CARD_STYLE}</style>
</head>
<body><main>
<h1>${title}</h1>
<p>Tells in advance whether a customer ${event}. Version ${renderName(card.version)}, ${kind(card.champion)}, judged on ${renderCount(card.tested.rows)} later rows with ${renderCount(card.tested.events)} events.</p>
${renderNote(card)}${renderAlarms(card)}
<div class="grid-3">${listTiles(card, event).map(renderTile).join('')}</div>
<div class="grid-2">${section('Calibration', renderCalibrationChart(card.calibrationCurve))}
<div>${section('Tiers', renderTiers(card) + renderTop(card))}<div class="below">${section('Candidates', renderCandidates(card))}</div></div></div>
<div class="grid-2">${section('Predictors', renderImportance(card))}
<div>${section('Baselines', renderBaselines(card))}<div class="below">${section('Rows', renderRows(card))}</div></div></div>
${section('Drift', renderDrift(card))}
<footer class="quiet small">Days are UTC.</footer>
</main></body>
</html>
`;
}
