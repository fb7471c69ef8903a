import { describe, expect, it } from 'vitest';
import { addDays, buildSeededChance } from '../../src/base/index.ts';
import { cutImported, listImportedDays, planImported } from '../../src/scoring/imported-spans.ts';
import type { StoredModel } from '../../src/scoring/models-store.ts';
import { DEFAULT_LIFTS } from '../../src/scoring/train-model.ts';

type Days = Pick<StoredModel, 'usableFrom' | 'usableTo'>;

const LAST = 40;
const day = (place: number): string => addDays('2026-01-01', place);
const holds = ({ usableFrom, usableTo }: Days, at: string): boolean =>
  usableFrom <= at && (usableTo === null || at <= usableTo);

describe('the days of models', () => {
  it('are scored by one of ours where no other scores, and by it alone', () => {
    const chance = buildSeededChance(4);
    const draw = (): Days => {
      const from = Math.floor(chance.next() * LAST);
      const usableTo = chance.next() < 0.2 ? null : day(from + Math.floor(chance.next() * 10));
      return { usableFrom: day(from), usableTo };
    };
    for (let round = 0; round < 300; round += 1) {
      const others = Array.from({ length: 1 + Math.floor(chance.next() * 3) }, draw);
      const own = draw();
      const left = cutImported([own], others);
      for (let place = 0; place <= LAST + 12; place += 1) {
        const at = day(place);
        const isOwn = holds(own, at) && !others.some((other) => holds(other, at));
        expect(left.filter((piece) => holds(piece, at))).toHaveLength(isOwn ? 1 : 0);
      }
      expect(left.every(({ usableFrom, usableTo }) => usableTo === null || usableFrom <= usableTo)).toBe(
        true,
      );
    }
  });
});

describe('a file from outside', () => {
  const [first, second] = [
    { name: 'models/churn.txt', text: 'one' },
    { name: 'models/churn.txt', text: 'two' },
  ];
  const lifts = DEFAULT_LIFTS;
  const own = { usableFrom: day(0), usableTo: null, fingerprint: 'abc' } as StoredModel;

  /** A build: what it knows afterwards. */
  function run(known: readonly StoredModel[], file: typeof first | undefined, asOf: string) {
    const spans = planImported(known, file, { asOf, lifts });
    const { current } = spans;
    const opened =
      current &&
      ({ usableFrom: current.from, usableTo: null, fingerprint: current.fingerprint } as StoredModel);
    const others = [...spans.past, ...(opened === null ? [] : [opened])];
    return { spans, known: [...cutImported([own], others), ...others] };
  }

  it('scores from the first build that has it on, and keeps its days when it is gone', () => {
    const imported = run([own], first, day(5));
    expect(imported.spans.current).toMatchObject({ from: day(5), stored: null });
    const later = run(imported.known, first, day(9));
    expect(later.spans.current).toMatchObject({ from: day(5), stored: { usableFrom: day(5) } });
    const removed = run(later.known, undefined, day(12));
    expect(removed.spans.current).toBeNull();
    expect(listImportedDays(removed.spans)).toMatchObject([{ usableFrom: day(5), usableTo: day(11) }]);
    const again = run(run(removed.known, undefined, day(20)).known, first, day(25));
    expect(listImportedDays(again.spans)).toMatchObject([
      { usableFrom: day(5), usableTo: day(11) },
      { usableFrom: day(25), usableTo: null },
    ]);
  });

  it('gives way to another, at once where both came on one day', () => {
    const imported = run([own], first, day(5));
    expect(listImportedDays(run(imported.known, second, day(5)).spans)).toHaveLength(1);
    expect(listImportedDays(run(imported.known, second, day(8)).spans)).toMatchObject([
      { usableFrom: day(5), usableTo: day(7) },
      { usableFrom: day(8), usableTo: null },
    ]);
    expect(listImportedDays(run(imported.known, undefined, day(5)).spans)).toEqual([]);
  });

  it('is judged anew with other tiers, on the day it came', () => {
    const { known } = run([own], first, day(5));
    const spans = planImported(known, first, { asOf: day(9), lifts: { ...lifts, critical: 5 } });
    expect(spans).toMatchObject({ past: [], current: { from: day(5), stored: null } });
  });

  it('begins on the day of a build that looks further back', () => {
    const { known } = run([own], first, day(5));
    expect(listImportedDays(run(known, first, day(3)).spans)).toMatchObject([{ usableFrom: day(3) }]);
  });
});
