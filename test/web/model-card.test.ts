import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../src/scoring/index.ts';
import { renderModelCard } from '../../src/web/index.ts';

const ROWS = { from: '2025-01-31', to: '2025-06-30', rows: 5483, groups: 682, events: 679, baseRate: 0.1238 };
const MEASURED = { value: 0.786, low: 0.739, high: 0.831 };
const EVIL = '<script>alert("x")</script>';

/** A card with something of everything. */
const CARD: ModelCard = {
  name: 'churn',
  version: '3ae898a13336',
  note: null,
  fitted: ROWS,
  trained: ROWS,
  tested: { ...ROWS, rows: 1079, events: 111 },
  champion: 'mean',
  candidates: [
    { candidate: 'base_rate', calibration: 'none', logLoss: 0.3335, brier: 0.0927, rocAuc: null },
    { candidate: 'mean', calibration: 'platt', logLoss: 0.2785, brier: 0.0806, rocAuc: 0.786 },
  ],
  figures: {
    rocAuc: MEASURED,
    prAuc: { value: 0.335, low: 0.247, high: 0.445 },
    brier: 0.0806,
    brierSkill: 0.131,
    logLoss: 0.2785,
    calibrationSlope: { value: 1.065, low: 0.851, high: 1.279 },
    topDecile: { rows: 108, precision: 0.37, lift: 3.6, captured: 0.36, mrrCaptured: 0.242 },
  },
  calibrationCurve: [
    { rows: 540, predicted: 0.05, observed: 0.04, low: 0.02, high: 0.07 },
    { rows: 539, predicted: 0.3, observed: 0.15, low: 0.1, high: 0.2 },
  ],
  tiers: [
    { tier: 'critical', rows: 0, events: 0, predicted: null, observed: null },
    { tier: 'low', rows: 1079, events: 111, predicted: 0.1, observed: 0.103 },
  ],
  oneRule: { predictor: 'events_last_7d', rocAuc: 0.767 },
  importance: [
    { predictor: 'events_last_7d', meanAbsolute: 0.456 },
    { predictor: 'mrr', meanAbsolute: 0.114 },
  ],
  drift: [
    {
      predictor: 'mrr',
      psi: 0.31,
      noise: 0.1,
      figure: 'median',
      before: -12,
      now: 2900,
      isCalendarBound: false,
      alarm: 'mrr moved',
    },
  ],
  withoutDoubtful: null,
  alarms: [],
};

const readText = (html: string): string =>
  html
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<wbr\/?>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the page of a model card', () => {
  const page = renderModelCard(CARD);
  const text = readText(page);

  it('shows what was measured, with intervals and what it means', () => {
    for (const part of [
      'a customer left within 90 days',
      '0.786 95 % interval 0.739 to 0.831',
      '3.60 precision 37.0 %',
      '1.065 95 % interval 0.851 to 1.279',
      'the base rate alone has 0.3335',
      'mean of logistic regression and trees ✓',
      'holds 36.0 % of all events and 24.2 % of their MRR',
      'events_last_7d alone 0.767',
      'mrr ⚠ drifted 0.310 0.100 median −12 → 2900',
      '31 Jan 2025',
      '5,483',
      'In 1 of 2 bins',
    ])
      expect(text).toContain(part);
  });

  it('says why something is not known, and what the alarms are', () => {
    expect(text).toContain('critical 0 0 — no rows — no rows');
    const told = readText(
      renderModelCard({
        ...CARD,
        alarms: [{ kind: 'auc_too_good', text: 'An AUC of 0.95 is too good to be true.' }],
        figures: {
          ...CARD.figures,
          calibrationSlope: null,
          topDecile: { ...CARD.figures.topDecile, mrrCaptured: null },
        },
        oneRule: null,
        calibrationCurve: [],
      }),
    );
    expect(told).toContain('⚠ Alarm An AUC of 0.95 is too good to be true.');
    expect(told).not.toContain('No alarm');
    expect(told).toContain('— the outcomes are told apart without exception');
    expect(told).toContain('— the table has no MRR');
    expect(told).toContain('— there are no rows to draw it from');
  });

  it('says of a model from outside that it may know the test', () => {
    const note = 'Brought in from churn.txt.';
    const told = readText(renderModelCard({ ...CARD, champion: 'imported', note, trained: null, drift: [] }));
    expect(told).toContain('brought in from outside, judged on');
    expect(told).toContain('⚠ Brought in from churn.txt. ✓ No alarm');
    expect(told).toContain('First day — 31 Jan 2025 31 Jan 2025');
    expect(told).toContain('What the model learned from is not known (—)');
    expect(told).toContain('Drift — what the model learned from is not known');
  });

  it('draws bars and points to scale', () => {
    expect([...page.matchAll(/<rect width="([\d.]+)"/g)].map(([, width]) => width)).toEqual([
      '100.0',
      '25.0',
    ]);
    const points = [...page.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    const [[x, y], [across, up]] = points as [[number, number], [number, number]];
    // The axes go to 30 %: 280 units wide and 244 high.
    expect(across - x).toBeCloseTo((280 * 0.25) / 0.3, 0);
    expect(y - up).toBeCloseTo((244 * 0.11) / 0.3, 0);
  });

  it('needs nothing from elsewhere and holds no script, whatever names there are', () => {
    const odd = renderModelCard({
      ...CARD,
      name: EVIL,
      version: EVIL,
      note: EVIL,
      champion: EVIL,
      candidates: [{ candidate: EVIL, calibration: EVIL, logLoss: 1, brier: 1, rocAuc: 1 }],
      alarms: [{ kind: 'auc_too_good', text: EVIL }],
      oneRule: { predictor: EVIL, rocAuc: 1 },
      importance: [{ predictor: EVIL, meanAbsolute: 1 }],
      drift: CARD.drift.map((one) => ({ ...one, predictor: EVIL, figure: `share of ${EVIL}`, alarm: EVIL })),
      withoutDoubtful: { predictors: [EVIL], rocAuc: 1, importance: [] },
    });
    for (const html of [page, odd]) {
      expect(html).not.toMatch(/<script|https?:|src=|@import|url\(/i);
      expect(html).toContain('prefers-color-scheme: dark');
      expect(html).toContain('width=device-width');
    }
    expect(odd.split('&lt;script&gt;')).toHaveLength(14);
  });
});
