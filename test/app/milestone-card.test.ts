import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import {
  buildMilestoneCard,
  type CardFacts,
  moveMilestoneCard,
  renderSpan,
} from '../../src/app/milestone-card.ts';
import { readDefinitions } from '../../src/milestones/index.ts';
import { renderMilestoneCard, renderMilestoneText } from '../../src/notify/index.ts';
import { GOLDEN } from '../notify/golden-card.ts';

const pack = readDefinitions(path.join(PACKAGE_ROOT, 'packs', 'milestones.yml'));

function buildFacts(name: string, occurrence: string): CardFacts {
  const definition = pack.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new Error(`no definition ${name}`);
  return {
    milestone: {
      id: 'm1',
      customerId: 'c1',
      definitionId: 'd1',
      occurrence,
      name: '',
      achievedAt: '2026-01-29T14:05:00Z',
      precision: 'event',
    },
    definition: { ...definition, id: 'd1', version: 1, isShipped: true },
    customer: {
      customerId: 'c1',
      name: 'GrowthCorp',
      contactName: 'Ana',
      contactEmail: 'ana@growthcorp.example',
      adminUsers: [],
      timezone: 'UTC',
      signupDate: '2025-05-20',
      planTier: 'growth',
      csmId: 'm1',
      csmName: 'Maria',
      isReferenceOk: null,
      healthScore: 85,
      healthBand: 'Excellent',
      arr: 65_000,
    },
    lastAskedOn: null,
    today: '2026-01-29',
  };
}

describe('the card of a milestone', () => {
  it('is that of the product document, line for line, made from definition and customer', () => {
    const card = buildMilestoneCard(buildFacts('API calls', '1000000'));
    expect(renderMilestoneText(card)).toBe(GOLDEN);
    expect(renderMilestoneCard(card).blocks.at(-1)).toMatchObject({ type: 'context' });
  });

  it('asks a customer at risk for nothing, and says what is not known and why', () => {
    const facts = buildFacts('Anniversary', '1');
    const { customer } = facts;
    if (customer === null) throw new Error('no customer');
    const poor = { ...customer, healthScore: null, healthBand: 'Unknown', arr: null };
    const text = renderMilestoneText(buildMilestoneCard({ ...facts, customer: poor }));
    expect(text).toContain('Milestone Achieved: 1-Year Anniversary!');
    expect(text).toContain('- Milestone: Customer for 1 year');
    expect(text).toContain('- Current ARR: — (no contract in force)');
    expect(text).toContain('- Health Score: — (too little data for a score)');
    expect(text).not.toContain('case study');
  });

  it('has its day and its time in the calendar of the customer; a figure of a whole day is one of UTC', () => {
    const { customer, ...facts } = buildFacts('Anniversary', '1');
    if (customer === null) throw new Error('no customer');
    const render = (timezone: string, achieved: { achievedAt: string; precision: 'event' | 'day' }) => {
      const there = { ...customer, timezone, signupDate: '2025-01-29' };
      const milestone = { ...facts.milestone, ...achieved };
      return renderMilestoneText(buildMilestoneCard({ ...facts, milestone, customer: there }));
    };
    const year = '- Achieved: Jan 29, 2026\n- Time to milestone: 12 months';
    const begins = { achievedAt: '2026-01-28T10:00:00Z', precision: 'event' } as const;
    expect(render('Pacific/Kiritimati', begins)).toContain(year);
    const whole = { achievedAt: '2026-01-29T00:00:00Z', precision: 'day' } as const;
    expect(render('Pacific/Pago_Pago', whole)).toContain(year);
  });

  it('of a milestone that moved has the time to the true moment, and stands again after a revocation', () => {
    const facts = buildFacts('API calls', '1000000');
    const { customer } = facts;
    const told = { ...buildMilestoneCard(facts), revoked: { reason: 'the data changed' } };
    const move = (achievedAt: string) =>
      moveMilestoneCard(told, { milestone: { achievedAt, precision: 'event' }, customer });
    const text = renderMilestoneText(move('2025-11-20T08:00:00Z'));
    expect(text).toContain('- Achieved: Nov 20, 2025\n- Time to milestone: 6 months');
    expect(text).toContain('- Current ARR: $65,000');
    expect(text).not.toContain('Revoked');
    const early = renderMilestoneText(move('2025-05-01T08:00:00Z'));
    expect(early).toContain('- Time to milestone: — (reached before the signup)');
    // Back to where it was, it is the card that was told.
    expect(move(facts.milestone.achievedAt)).toEqual(buildMilestoneCard(facts));
  });

  it.each([
    ['2025-05-20', '2026-01-29', '8 months'],
    ['2025-05-30', '2026-01-29', '7 months'],
    ['2026-01-01', '2026-01-29', '28 days'],
    ['2026-01-28', '2026-01-29', '1 day'],
    ['2024-01-29', '2026-01-29', '2 years'],
    ['2023-10-01', '2026-01-29', '2 years 3 months'],
    ['2026-02-01', '2026-01-29', null],
    ['2024-02-29', '2025-02-28', '12 months'],
    ['2024-02-29', '2028-02-28', '3 years 11 months'],
    ['2024-01-31', '2024-02-29', '1 month'],
  ])('from %s to %s are %s', (signup, achieved, span) => {
    expect(renderSpan(signup, achieved)).toBe(span);
  });
});
