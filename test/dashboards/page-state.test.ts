import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PageState,
  parsePageState,
  renderPageState,
  shiftPageState,
} from '../../src/dashboards/index.ts';

const FORM = { filters: ['plan_tier', 'industry'], range: '90d' } as const;
const parse = (search: string): PageState => parsePageState(new URLSearchParams(search), FORM);

const states: fc.Arbitrary<PageState> = fc.record({
  range: fc.constantFrom('30d', '90d', '6m', '12m'),
  compare: fc.constantFrom('previous_range', 'previous_year', 'none'),
  asOf: fc.option(fc.constantFrom('2024-02-29', '2025-12-31', '2026-03-14')),
  filters: fc
    .dictionary(
      fc.constantFrom('plan_tier', 'industry'),
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
    )
    .map((filters) => ({ ...filters })),
});

describe('the address of a page', () => {
  it('holds the whole of its state, whatever stands in it', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(parse(renderPageState(state, FORM))).toEqual(state);
      }),
    );
  });

  it('leaves out what is usual, and leaves alone what is not its own', () => {
    expect(renderPageState(parse(''), FORM)).toBe('');
    expect(parse('?page=2&sort=mrr&plan_tier=&as_of=')).toEqual(parse(''));
  });

  it.each([
    ['range=7d', 'range=7d is none of 30d, 90d, 6m, 12m'],
    ['range=constructor', 'is none of'],
    ['compare=yesterday', 'compare=yesterday is none of'],
    ['as_of=2026-02-30', 'is no day such as 2026-03-14'],
    ["as_of=2026-01-01';--", 'is no day such as 2026-03-14'],
    [Array.from({ length: 51 }, (_, place) => `industry=${place}`).join('&'), 'more than 50 values'],
  ])('is refused with its reason: %s', (search, problem) => {
    expect(() => parse(search)).toThrow(problem);
  });

  it('goes a range back and on, and to the last day at most', () => {
    const back = shiftPageState(parse('range=30d'), -1, '2026-03-14');
    expect(back.asOf).toBe('2026-02-12');
    expect(shiftPageState(back, 1, '2026-03-14').asOf).toBeNull();
    expect(shiftPageState(parse(''), 1, '2026-03-14').asOf).toBeNull();
  });
});
