import fs from 'node:fs';
import path from 'node:path';
import type { ModelCard, ModelEntry, Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { EXPORT_FORMATS, EXPORT_PARTS, renderMoveFigure } from '../scoring/index.ts';
import { renderModelCard } from '../web/index.ts';
import { type CliContext, type Invocation, parseNeededOption, parseTextOption } from './command.ts';
import { renderTextTable } from './text-table.ts';
import { buildVerbCommand, parseOneOf, parseWord } from './verb-command.ts';

const MODEL_WORD = 'a model: churn or expansion';

const figure = (value: number | null, digits = 3): string => (value === null ? '—' : value.toFixed(digits));
const percent = (value: number | null): string => (value === null ? '—' : `${(100 * value).toFixed(1)} %`);

function renderList(entries: readonly ModelEntry[]): string {
  if (entries.length === 0)
    return 'No model could be trained yet: docs/scoring.md says how long a history it takes.\n';
  return renderTextTable(
    ['model', 'version', 'kind', 'learned from snapshots to', 'scores from', 'to', 'AUC', 'alarms'],
    entries.map((entry) => [
      entry.model,
      entry.version,
      entry.champion,
      entry.champion === 'imported' ? 'not known' : entry.trainedTo,
      entry.usableFrom,
      entry.usableTo ?? 'now',
      figure(entry.rocAuc),
      entry.alarms,
    ]),
  );
}

function renderRange({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${figure(value)} (95 % interval ${figure(low)} to ${figure(high)})`;
}

/** Candidates, tiers, and the strongest predictors of a card. */
function listCardTables(card: ModelCard): readonly string[] {
  const candidates = renderTextTable(
    ['candidate', 'log loss', 'Brier', 'AUC', 'calibration'],
    card.candidates.map((one) => [
      one.candidate,
      figure(one.logLoss, 4),
      figure(one.brier, 4),
      figure(one.rocAuc),
      one.calibration,
    ]),
  );
  const tiers = renderTextTable(
    ['tier', 'rows', 'predicted', 'observed'],
    card.tiers.map((one) => [one.tier, one.rows, percent(one.predicted), percent(one.observed)]),
  );
  const importance = renderTextTable(
    ['predictor', 'mean |SHAP|'],
    card.importance.slice(0, 10).map((one) => [one.predictor, figure(one.meanAbsolute)]),
  );
  return [candidates, tiers, importance];
}

function renderCard(card: ModelCard): string {
  const { figures, tested, fitted } = card;
  const top = figures.topDecile;
  const lines: readonly (readonly [string, string])[] = [
    ['model', `${card.name} ${card.version}`],
    ['kind', card.champion],
    ...(card.note === null ? [] : [['note', card.note] as const]),
    [
      card.trained === null ? 'base rate of' : 'fitted on',
      `${fitted.rows} rows of ${fitted.groups} customers, ${fitted.from} to ${fitted.to}`,
    ],
    [
      'tested on',
      `${tested.rows} later rows, ${tested.events} with the event, ${tested.from} to ${tested.to}`,
    ],
    ['base rate', percent(fitted.baseRate)],
    ['ROC-AUC', renderRange(figures.rocAuc)],
    ['PR-AUC', renderRange(figures.prAuc)],
    ['Brier', `${figure(figures.brier, 4)}, ${percent(figures.brierSkill)} better than the base rate`],
    ['log loss', figure(figures.logLoss, 4)],
    [
      'calibration',
      figures.calibrationSlope === null ? '—' : `slope ${renderRange(figures.calibrationSlope)}`,
    ],
    [
      'top tenth',
      `lift ${figure(top.lift, 2)}, precision ${percent(top.precision)}, holds ${percent(top.captured)} of the events and ${percent(top.mrrCaptured)} of their MRR`,
    ],
    [
      'one rule',
      card.oneRule === null ? '—' : `${card.oneRule.predictor} alone: AUC ${figure(card.oneRule.rocAuc)}`,
    ],
    ...(card.withoutDoubtful === null
      ? []
      : [
          [
            'without',
            `${card.withoutDoubtful.predictors.join(', ')}: AUC ${figure(card.withoutDoubtful.rocAuc)}`,
          ] as const,
        ]),
    ...card.alarms.map(({ text }) => ['ALARM', text] as const),
  ];
  const head = lines.map(([name, text]) => `${name.padEnd(12)} ${text}`).join('\n');
  return [head, ...listCardTables(card)].join('\n');
}

type Explained = Awaited<ReturnType<Tenure['scores']['explain']>>;

function renderExplanation(found: Explained): string {
  const head = `${found.customerId} on ${found.asOf}: ${percent(found.probability)}, ${found.tier} (base rate ${percent(found.baseRate)})\n`;
  const rows = found.reasons.map((reason) => [
    reason.contribution > 0 ? 'raises' : reason.contribution < 0 ? 'lowers' : 'no part',
    reason.contribution.toFixed(3),
    reason.words,
    reason.feature,
  ]);
  const sum = `log-odds ${found.logOdds.toFixed(3)} = ${found.base.toFixed(3)} + all of these\n`;
  return `${head}${renderTextTable(['it', 'log-odds', 'because', 'predictor'], rows)}${sum}`;
}

type RealisedModels = Awaited<ReturnType<Tenure['scores']['realised']>>;

function renderRealised(models: RealisedModels): string {
  if (models.length === 0) return renderList([]);
  return renderTextTable(
    ['scored from', 'to', 'promised AUC', 'came true', 'rows', 'events', 'predicted', 'observed'],
    models.map((model) => [
      model.usableFrom,
      model.usableTo ?? 'now',
      `${figure(model.promised.value)} (${figure(model.promised.low)} to ${figure(model.promised.high)})`,
      figure(model.rocAuc),
      model.rows,
      model.events,
      percent(model.predicted),
      percent(model.observed),
    ]),
  );
}

type DriftReport = Awaited<ReturnType<Tenure['scores']['drift']>>;

function renderDrift({ model, version, trainedTo, asOf, rows, predictors }: DriftReport): string {
  const head = `${model} ${version}: ${rows.current} customers of ${asOf} against ${rows.reference} snapshots up to ${trainedTo}\n`;
  const table = renderTextTable(
    ['predictor', 'PSI', 'by chance', 'figure', 'before', 'now', ''],
    predictors.map((one) => [
      one.predictor,
      figure(one.psi),
      figure(one.noise),
      one.figure,
      renderMoveFigure(one, one.before),
      renderMoveFigure(one, one.now),
      one.alarm === null ? (one.isCalendarBound ? 'moves with the calendar' : '') : 'ALARM',
    ]),
  );
  const alarms = predictors.flatMap(({ alarm }) => (alarm === null ? [] : [`ALARM  ${alarm}\n`]));
  return [head, table, ...(alarms.length === 0 ? ['No predictor drifted.\n'] : alarms)].join('');
}

type TrainedTable = Awaited<ReturnType<Tenure['scores']['train']>>;

function renderTrained({ card, unused }: TrainedTable): string {
  const left = unused.map(({ column, reason }) => `left out: ${column}, ${reason}\n`).join('');
  return `${renderCard(card)}${left}`;
}

/** Writes the card as a page where `--html` names a file. */
function writeCardPage(card: ModelCard, invocation: Invocation, cwd: string): void {
  const file = parseTextOption(invocation, 'html');
  if (file !== undefined) fs.writeFileSync(path.resolve(cwd, file), renderModelCard(card));
}

async function openCard(tenure: Tenure, invocation: Invocation, { cwd }: CliContext): Promise<ModelCard> {
  const card = await tenure.scores.card(parseModelWord(invocation), parseTextOption(invocation, 'version'));
  writeCardPage(card, invocation, cwd);
  return card;
}

async function trainModelOfTable(
  tenure: Tenure,
  invocation: Invocation,
  { cwd }: CliContext,
): Promise<TrainedTable> {
  const [table, label] = ['table', 'label'].map((name) => parseTextOption(invocation, name));
  if (table === undefined || label === undefined)
    throw new TenureError('USAGE', { problem: 'score train takes --table and --label.' });
  const trained = await tenure.scores.train({
    table,
    label,
    group: parseTextOption(invocation, 'group'),
    day: parseTextOption(invocation, 'day'),
    without: parseTextOption(invocation, 'without')?.split(','),
    doubtful: parseTextOption(invocation, 'doubtful')?.split(','),
  });
  const out = parseTextOption(invocation, 'out');
  if (out !== undefined) fs.writeFileSync(path.resolve(cwd, out), `${JSON.stringify(trained.model)}\n`);
  writeCardPage(trained.card, invocation, cwd);
  return trained;
}

interface WrittenModel {
  readonly model: string;
  readonly version: string;
  readonly file: string;
  readonly inputs: readonly string[];
}

async function writeExport(
  tenure: Tenure,
  invocation: Invocation,
  { cwd }: CliContext,
): Promise<WrittenModel> {
  const [format, part] = [
    parseNeededOption(invocation, 'format'),
    parseTextOption(invocation, 'part') ?? 'model',
  ];
  const out = parseNeededOption(invocation, 'out');
  const { content, ...written } = await tenure.scores.export(parseWord(invocation, MODEL_WORD), {
    format: parseOneOf(format, EXPORT_FORMATS),
    part: parseOneOf(part, EXPORT_PARTS),
    version: parseTextOption(invocation, 'version'),
  });
  fs.writeFileSync(path.resolve(cwd, out), content);
  return { ...written, file: out };
}

function renderWritten({ model, version, file, inputs }: WrittenModel): string {
  return `${file}: ${model} ${version}\nIts inputs, in this order: ${inputs.join(', ')}\n`;
}

interface ChangedModel {
  readonly model: string;
  readonly file: string | null;
  readonly isRemoved: boolean;
}

async function changeImport(
  tenure: Tenure,
  invocation: Invocation,
  { cwd }: CliContext,
): Promise<ChangedModel> {
  const model = parseNeededOption(invocation, 'model');
  if (invocation.options['remove'] === true) {
    const [file = null] = await tenure.scores.removeImport(model);
    return { model, file, isRemoved: true };
  }
  const { file } = await tenure.scores.import(
    model,
    path.resolve(cwd, parseWord(invocation, 'a model file')),
  );
  return { model, file, isRemoved: false };
}

function renderChanged({ model, file, isRemoved }: ChangedModel): string {
  if (file === null) return `No model of ${model} was brought in from outside.\n`;
  if (isRemoved) return `${file} is gone: from the day of the next build on our own model scores ${model}.\n`;
  return `${file} scores ${model} from the day of the next build on; days before keep their models.\n`;
}

/** The model named by the word after the verb; churn without one. */
function parseModelWord({ positionals }: Invocation): string {
  return positionals[1] ?? 'churn';
}

export const scoreCommand = buildVerbCommand({
  name: 'score',
  summary: 'Show the models of churn and expansion, how good they are, and why a customer has its score.',
  usage:
    'show | card [MODEL] [--html FILE] | realised [MODEL] | drift [MODEL] | explain CUSTOMER [--model MODEL] | export MODEL --format FORMAT --out FILE | import FILE --model MODEL | import --model MODEL --remove | train --table T --label L [--group G] [--day D] [--out FILE]',
  options: {
    model: { type: 'string', value: 'MODEL', description: 'churn (unless given) or expansion.' },
    version: {
      type: 'string',
      value: 'V',
      description: 'card, export: a version of the list; the one in use unless given.',
    },
    html: {
      type: 'string',
      value: 'FILE',
      description: 'card, train: write the card as a page of its own too.',
    },
    remove: {
      type: 'boolean',
      description: 'import: take the model from outside out again.',
    },
    table: {
      type: 'string',
      value: 'T',
      description: 'train: a table of the warehouse, or a file in quotes.',
    },
    label: {
      type: 'string',
      value: 'L',
      description: 'train: the column to foretell: a boolean, or 0 and 1.',
    },
    group: { type: 'string', value: 'G', description: 'train: the column that says whom a row is of.' },
    day: {
      type: 'string',
      value: 'D',
      description: 'train: the date of a row; then the test is on the last 60 days.',
    },
    without: { type: 'string', value: 'LIST', description: 'train: columns to leave out.' },
    doubtful: {
      type: 'string',
      value: 'LIST',
      description:
        'train: columns that may know the outcome; the card says what the model is worth without them.',
    },
    format: {
      type: 'string',
      value: 'FORMAT',
      description: 'export: json, lightgbm (where trees can say it) or onnx.',
    },
    part: {
      type: 'string',
      value: 'PART',
      description: 'export: trees for the trees alone; the whole model unless given.',
    },
    out: { type: 'string', value: 'FILE', description: 'train, export: where to write the model.' },
  },
  examples: [
    { line: 'tenure score show', note: 'Every model with the days it scores.' },
    {
      line: 'tenure score card churn',
      note: 'All that was measured on later data: AUC, calibration, lift, tiers.',
    },
    {
      line: 'tenure score card expansion --html expansion.html',
      note: 'The card as one page that needs nothing else, for the screen and for paper.',
    },
    { line: 'tenure score realised churn', note: 'What models of the past promised, and what came true.' },
    {
      line: 'tenure score drift churn',
      note: 'Whether today’s customers are like those the model learned from.',
    },
    {
      line: 'tenure score explain CUSTOMER --model expansion',
      note: 'The part every predictor has in a customer’s score.',
    },
    {
      line: 'tenure score export churn --format onnx --out churn.onnx',
      note: 'The model for other tools, with the order of its inputs.',
    },
    {
      line: 'tenure score import model.txt --model churn',
      note: 'A LightGBM model, or JSON of export, in the place of our own from the next build on.',
    },
    {
      line: 'tenure score train --table int_training_snapshots --label churned_in_90d --group customer_id --day metric_date --without expanded_in_90d,is_expansion_candidate',
      note: 'A model of any table, judged the same way.',
    },
  ],
  verbs: {
    show: { ask: (tenure) => tenure.scores.list(), render: renderList },
    card: {
      word: MODEL_WORD,
      ask: openCard,
      render: renderCard,
    },
    realised: {
      word: MODEL_WORD,
      ask: (tenure, invocation) => tenure.scores.realised(parseModelWord(invocation)),
      render: renderRealised,
    },
    drift: {
      word: MODEL_WORD,
      ask: (tenure, invocation) => tenure.scores.drift(parseModelWord(invocation)),
      render: renderDrift,
    },
    export: { word: MODEL_WORD, ask: writeExport, render: renderWritten },
    import: { word: 'a model file', ask: changeImport, render: renderChanged },
    train: { ask: trainModelOfTable, render: renderTrained },
    explain: {
      word: 'the id of a customer',
      ask: (tenure, invocation) =>
        tenure.scores.explain(
          parseTextOption(invocation, 'model') ?? 'churn',
          parseWord(invocation, 'the id of a customer'),
        ),
      render: renderExplanation,
    },
  },
});
