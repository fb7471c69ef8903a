import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TenureError } from '../../src/base/index.ts';
import {
  buildIdeas,
  buildWithheldIdeas,
  type IdeaContext,
  parseSize,
  parseSuggestions,
} from '../../src/celebrations/index.ts';

const GROWTH_CORP: IdeaContext = {
  milestone: { type: 'usage', value: '1000000', size: 'large' },
  customer: {
    tier: 'growth',
    healthScore: 85,
    healthBand: 'Excellent',
    isReferenceOk: null,
    lastAskedOn: null,
    arr: 65_000,
  },
  today: '2026-01-29',
};

type Customer = IdeaContext['customer'];

function buildContext(customer: Partial<Customer>, milestone: Partial<IdeaContext['milestone']> = {}) {
  return {
    ...GROWTH_CORP,
    customer: { ...GROWTH_CORP.customer, ...customer },
    milestone: { ...GROWTH_CORP.milestone, ...milestone },
  };
}

function listKinds(context: IdeaContext): readonly string[] {
  return buildIdeas(context).map(({ kind }) => kind);
}

describe('ideas', () => {
  it('are the four of the card for a healthy customer, word for word', () => {
    expect(buildIdeas(GROWTH_CORP).map(({ emoji, text }, index) => `${index + 1}. ${emoji} ${text}`)).toEqual(
      [
        '1. :email: Send congratulations email',
        '2. :bird: Social media shoutout (with permission)',
        '3. :gift: Consider milestone gift',
        '4. :memo: Invite to case study participation',
      ],
    );
    expect(buildIdeas(GROWTH_CORP).map(({ reason }) => reason)).toEqual([
      'A personal message suits every milestone.',
      'No consent on file: request permission first.',
      'A large milestone of a customer on growth.',
      'Health is 85 (Excellent), never asked.',
    ]);
  });

  it.each([
    ['At Risk', 45],
    ['Critical', 10],
    ['Unknown', null],
    [null, null],
    ['Excellent', null],
  ])('ask no case study of a customer whose health is %s (%s)', (healthBand, healthScore) => {
    const context = buildContext({ healthBand, healthScore, isReferenceOk: true });
    expect(listKinds(context)).toEqual(['email', 'social', 'gift']);
    expect(buildWithheldIdeas(context)).toMatchObject([
      { kind: 'case_study', reason: expect.stringMatching(/^Health is .*: not the time to ask\.$/) },
    ]);
  });

  it('ask again on the 180th day, not on the 179th', () => {
    const asked = (lastAskedOn: string) => buildContext({ lastAskedOn });
    expect(listKinds(asked('2025-08-02'))).toEqual(['email', 'social', 'gift', 'case_study']);
    expect(listKinds(asked('2025-08-03'))).toEqual(['email', 'gift']);
    expect(buildWithheldIdeas(asked('2025-08-03'))[0]?.reason).toBe(
      'No consent on file, and it was asked for a favour on 2025-08-03, less than 180 days ago.',
    );
    expect(listKinds(buildContext({ lastAskedOn: '2025-12-01', isReferenceOk: true }))).toEqual([
      'email',
      'social',
      'gift',
    ]);
  });

  it('give by size and tier', () => {
    const hasGift = (size: 'small' | 'medium' | 'large', tier: string | null, arr = 0) =>
      listKinds(buildContext({ tier, arr }, { size })).includes('gift');
    expect(hasGift('large', 'starter')).toBe(true);
    expect(hasGift('medium', 'starter')).toBe(false);
    expect(hasGift('medium', 'starter', 50_000)).toBe(true);
    expect(hasGift('medium', 'enterprise')).toBe(true);
    expect(hasGift('small', 'enterprise')).toBe(false);
    expect(hasGift('large', 'free')).toBe(false);
    expect(hasGift('large', null)).toBe(true);
    expect([parseSize(80), parseSize(79), parseSize(50), parseSize(49)]).toEqual([
      'large',
      'medium',
      'medium',
      'small',
    ]);
  });

  it('give way to the suggestions of the definition', () => {
    const json = '["gift", "Send a cake", {"kind": "call", "emoji": ":cake:"}, {"text": "Ring the bell"}]';
    const suggestions = parseSuggestions(json, 'First year');
    const context = buildContext({ healthBand: 'Critical', healthScore: 5 }, { suggestions });
    expect(buildIdeas(context).map(({ kind, emoji, text }) => `${kind} ${emoji} ${text}`)).toEqual([
      'gift :gift: Consider milestone gift',
      'other :tada: Send a cake',
      'call :cake: Call to congratulate',
      'other :tada: Ring the bell',
    ]);
    expect(buildWithheldIdeas(context)).toEqual([]);
    expect(parseSuggestions(null, 'x')).toBeNull();
    expect(parseSuggestions('null', 'x')).toBeNull();
    for (const wrong of ['{', '{"kind": "gift"}', '[1]', '[{"kind": "party"}]', '[{"emoji": "<b>"}]'])
      expect(() => parseSuggestions(wrong, 'First year')).toThrow(TenureError);
  });

  it('each have a reason, and every way is either suggested or withheld', () => {
    const context = fc.record({
      milestone: fc.record({
        type: fc.constantFrom('time', 'usage'),
        value: fc.constant(null),
        size: fc.constantFrom('small' as const, 'medium' as const, 'large' as const),
      }),
      customer: fc.record({
        tier: fc.constantFrom(null, 'free', 'starter', 'growth', 'enterprise'),
        healthScore: fc.option(fc.integer({ min: 0, max: 100 })),
        healthBand: fc.constantFrom(null, 'Excellent', 'Stable', 'At Risk', 'Critical', 'Unknown'),
        isReferenceOk: fc.option(fc.boolean()),
        lastAskedOn: fc.constantFrom(null, '2020-01-01', '2026-01-01', '2027-01-01'),
        arr: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
      }),
      today: fc.constant('2026-01-29'),
    });
    fc.assert(
      fc.property(context, (given) => {
        const [ideas, withheld] = [buildIdeas(given), buildWithheldIdeas(given)];
        expect([...ideas, ...withheld].map(({ kind }) => kind).sort()).toEqual([
          'case_study',
          'email',
          'gift',
          'social',
        ]);
        for (const { reason } of [...ideas, ...withheld]) expect(reason).toMatch(/^[A-Z].*\.$/);
        expect(ideas[0]?.kind).toBe('email');
      }),
    );
  });
});
