import type { Child } from 'hono/jsx';
import { type ModelCard, OUTCOMES, renderMoveFigure } from '../scoring/index.ts';
import { renderDay } from './browser/figure-text.js';
import { CalibrationChart } from './calibration-chart.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';
import { renderCount, renderNumber, renderPercent, withMinus } from './number-text.ts';
import { ShareBar } from './share-bar.tsx';

type Measured = ModelCard['figures']['rocAuc'];
type RowsUsed = ModelCard['tested'];

const KINDS: Readonly<Record<string, string>> = {
  base_rate: 'base rate for everyone',
  logistic: 'logistic regression',
  trees: 'gradient-boosted trees',
  imported: 'brought in from outside',
  mean: 'mean of logistic regression and trees',
};

const number = (head: string): DataColumn => ({ head, isNumber: true });

/** A kind of model in words. */
export function nameModelKind(name: string): string {
  return KINDS[name] ?? name;
}

/** A name that may break after each underscore. */
function Name({ text }: { readonly text: string }) {
  const parts = text.split('_');
  return (
    <code>
      {parts.map((part, place) => (
        <>
          {place === parts.length - 1 ? part : `${part}_`}
          {place === parts.length - 1 ? null : <wbr />}
        </>
      ))}
    </code>
  );
}

function Unknown({ reason }: { readonly reason: string }) {
  return (
    <>
      — <span class="quiet small">{reason}</span>
    </>
  );
}

function Range({ low, high }: Measured) {
  return <small>{`95 % interval ${renderNumber(low)} to ${renderNumber(high)}`}</small>;
}

interface Tile {
  readonly name: string;
  readonly value: Child;
  readonly meaning: string;
}

function ShownTile({ name, value, meaning }: Tile) {
  return (
    <section class="card">
      <h2>{name}</h2>
      <p class="measure">{value}</p>
      <p class="small quiet">{meaning}</p>
    </section>
  );
}

/** What a model tells in advance: a part of a sentence. */
function describeEvent({ name }: ModelCard): string {
  return OUTCOMES.find((outcome) => outcome.name === name)?.event ?? 'had the event';
}

function withRange(measured: Measured): Child {
  return (
    <>
      {renderNumber(measured.value)} <Range {...measured} />
    </>
  );
}

function withNote(value: string, note: string): Child {
  return (
    <>
      {value} <small>{note}</small>
    </>
  );
}

function listTiles(card: ModelCard): readonly Tile[] {
  const { figures, tested, candidates } = card;
  const { rocAuc, prAuc, brier, brierSkill, logLoss, calibrationSlope: slope, topDecile: top } = figures;
  const ofBase = candidates.find(({ candidate }) => candidate === 'base_rate')?.logLoss;
  const beside = ofBase === undefined ? '' : `; the base rate alone has ${renderNumber(ofBase, 4)}`;
  return [
    {
      name: 'ROC-AUC',
      value: withRange(rocAuc),
      meaning: `How often a customer that ${describeEvent(card)} has a higher probability than one that did not: 0.5 is chance.`,
    },
    {
      name: 'PR-AUC',
      value: withRange(prAuc),
      meaning: `Precision averaged over all shares of the events that are found; by chance ${renderNumber(tested.baseRate)}.`,
    },
    {
      name: 'Lift of the top tenth',
      value: withNote(renderNumber(top.lift, 2), `precision ${renderPercent(top.precision)}`),
      meaning: `The ${renderCount(top.rows)} rows with the highest probabilities have the event so many times as often as all.`,
    },
    {
      name: 'Brier skill',
      value: withNote(renderPercent(brierSkill), `Brier score ${renderNumber(brier, 4)}`),
      meaning:
        'How much smaller the mean squared error of the probabilities is than with the base rate for everyone.',
    },
    {
      name: 'Calibration slope',
      value:
        slope === null ? (
          <Unknown reason="the outcomes are told apart without exception" />
        ) : (
          withRange(slope)
        ),
      meaning: '1 is right. Below it the probabilities are too bold, above it too cautious.',
    },
    {
      name: 'Log loss',
      value: renderNumber(logLoss, 4),
      meaning: `The mean surprise of what came, in nats, lower is better${beside}.`,
    },
  ];
}

function Alarms({ alarms }: ModelCard) {
  if (alarms.length === 0)
    return (
      <ul class="alarms">
        <li class="good">
          ✓ No alarm <span>Nothing looks as if the outcome had been known beforehand.</span>
        </li>
      </ul>
    );
  return (
    <div role="alert">
      <ul class="alarms">
        {alarms.map(({ text }) => (
          <li class="bad">
            ⚠ Alarm <span>{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Tiers({ tiers }: ModelCard) {
  const share = (value: number | null) =>
    value === null ? <Unknown reason="no rows" /> : renderPercent(value);
  return (
    <DataTable
      label="Tiers"
      columns={[{ head: 'Tier' }, number('Rows'), number('Events'), number('Predicted'), number('Observed')]}
      rows={tiers.map(({ tier, rows, events, predicted, observed }) => [
        tier,
        renderCount(rows),
        renderCount(events),
        share(predicted),
        share(observed),
      ])}
      caption="What came should rise with the tier, and be near what was predicted."
    />
  );
}

function Top({ figures: { topDecile: top } }: ModelCard) {
  return (
    <p>
      {`The tenth of the rows with the highest probabilities holds ${renderPercent(top.captured)} of all events and `}
      {top.mrrCaptured === null ? (
        <Unknown reason="the table has no MRR" />
      ) : (
        `${renderPercent(top.mrrCaptured)} of their MRR`
      )}
      .
    </p>
  );
}

function Candidates({ candidates, champion }: ModelCard) {
  return (
    <DataTable
      label="Candidates"
      columns={[
        { head: 'Candidate' },
        number('Log loss'),
        number('Brier'),
        number('AUC'),
        { head: 'Calibration' },
      ]}
      rows={candidates.map((one) => [
        one.candidate === champion ? (
          <strong>{nameModelKind(one.candidate)} ✓</strong>
        ) : (
          nameModelKind(one.candidate)
        ),
        renderNumber(one.logLoss, 4),
        renderNumber(one.brier, 4),
        one.rocAuc === null ? '—' : renderNumber(one.rocAuc),
        one.calibration,
      ])}
      caption="The lowest log loss on the test is taken (✓). Where everyone has one probability there is no AUC (—)."
    />
  );
}

function listBaselines({ oneRule, withoutDoubtful, figures }: ModelCard): readonly (readonly Child[])[] {
  const alone =
    oneRule === null
      ? ['One predictor alone', <Unknown reason="there is none" />]
      : [
          <>
            <Name text={oneRule.predictor} /> alone
          </>,
          renderNumber(oneRule.rocAuc),
        ];
  const without =
    withoutDoubtful === null
      ? []
      : [
          [
            <>
              Without{' '}
              {withoutDoubtful.predictors.map((predictor, place) => (
                <>
                  {place === 0 ? '' : ', '}
                  <Name text={predictor} />
                </>
              ))}
              , which may be entered because the outcome is near
            </>,
            renderNumber(withoutDoubtful.rocAuc),
          ],
        ];
  return [['This model', renderNumber(figures.rocAuc.value)], alone, ...without];
}

function Importance({ importance }: ModelCard) {
  const most = importance[0]?.meanAbsolute ?? 0;
  return (
    <div class="bars">
      <DataTable
        label="Predictors"
        columns={[{ head: 'Predictor' }, number('Mean |SHAP|'), { head: '' }]}
        rows={importance.map(({ predictor, meanAbsolute }) => [
          <Name text={predictor} />,
          renderNumber(meanAbsolute),
          <ShareBar share={most === 0 ? 0 : meanAbsolute / most} />,
        ])}
        caption="By how much a predictor moves the log-odds of a row on average, up or down."
      />
    </div>
  );
}

type Drifted = ModelCard['drift'][number];

function DriftNote({ alarm, isCalendarBound }: Drifted) {
  if (alarm !== null) return <span class="bad small">⚠ drifted</span>;
  return isCalendarBound ? <span class="quiet small">moves with the calendar</span> : null;
}

function Drift({ drift }: ModelCard) {
  if (drift.length === 0)
    return (
      <p>
        <Unknown reason="what the model learned from is not known" />
      </p>
    );
  return (
    <DataTable
      label="Drift"
      columns={[{ head: 'Predictor' }, number('PSI'), number('By chance'), { head: 'Before → in the test' }]}
      rows={drift.map((one) => [
        <>
          <Name text={one.predictor} /> <DriftNote {...one} />
        </>,
        renderNumber(one.psi),
        renderNumber(one.noise),
        `${one.figure} ${withMinus(renderMoveFigure(one, one.before))} → ${withMinus(renderMoveFigure(one, one.now))}`,
      ])}
      caption="The test against the rows learned from: a population stability index over 0.1 that is more than chance explains has drifted, unless the predictor moves with the calendar by itself."
    />
  );
}

function Rows({ trained, tested, fitted }: ModelCard) {
  const parts = [trained, tested, fitted];
  const show = (read: (part: RowsUsed) => Child): readonly Child[] =>
    parts.map((part) => (part === null ? '—' : read(part)));
  const day = (value: string | null) => (value === null ? <Unknown reason="no days" /> : renderDay(value));
  return (
    <DataTable
      label="Rows"
      columns={[{ head: '' }, number('Learned from'), number('Test'), number('In use')]}
      rows={[
        ['First day', ...show(({ from }) => day(from))],
        ['Last day', ...show(({ to }) => day(to))],
        ['Rows', ...show(({ rows }) => renderCount(rows))],
        ['Customers', ...show(({ groups }) => renderCount(groups))],
        ['Events', ...show(({ events }) => renderCount(events))],
        ['Base rate', ...show(({ baseRate }) => renderPercent(baseRate))],
      ]}
      caption={
        trained === null
          ? 'What this page says was measured on the test. What the model learned from is not known (—); its base rate and tiers come from the rows of the last column.'
          : 'What this page says was measured on the test, by a model that learned from earlier rows. The model in use was then fitted again, on the rows of the last column.'
      }
    />
  );
}

function Section({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** What is published about a model, below its heading: the same alone and among the pages. */
export function ModelCardContent(card: ModelCard) {
  const { version, champion, tested, note } = card;
  return (
    <div class="model-card">
      <p>
        Tells in advance whether a customer {describeEvent(card)}. Version <Name text={version} />,{' '}
        {nameModelKind(champion)}
        {`, judged on ${renderCount(tested.rows)} later rows with ${renderCount(tested.events)} events.`}
      </p>
      {note === null ? null : <p class="warn">⚠ {note}</p>}
      <Alarms {...card} />
      <div class="grid-3">
        {listTiles(card).map((tile) => (
          <ShownTile {...tile} />
        ))}
      </div>
      <div class="grid-2">
        <Section title="Calibration">
          <CalibrationChart curve={card.calibrationCurve} />
        </Section>
        <div class="column">
          <Section title="Tiers">
            <Tiers {...card} />
            <Top {...card} />
          </Section>
          <Section title="Candidates">
            <Candidates {...card} />
          </Section>
        </div>
      </div>
      <div class="grid-2">
        <Section title="Predictors">
          <Importance {...card} />
        </Section>
        <div class="column">
          <Section title="Baselines">
            <DataTable
              label="Baselines"
              columns={[{ head: 'Model' }, number('AUC')]}
              rows={listBaselines(card)}
              caption="A model should beat what one predictor does alone."
            />
          </Section>
          <Section title="Rows">
            <Rows {...card} />
          </Section>
        </div>
      </div>
      <Section title="Drift">
        <Drift {...card} />
      </Section>
    </div>
  );
}
