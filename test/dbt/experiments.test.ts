import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, openAcme } from './company.ts';

/** One experiment: units per variant and how many of them converted. */
function renderExposures(
  experiment: string,
  variants: Readonly<Record<string, readonly [number, number]>>,
): string {
  return Object.entries(variants)
    .flatMap(([variant, [exposed, converted]]) =>
      Array.from({ length: exposed }, (_, index) => {
        const convertedAt = index < converted ? '2026-02-03T00:00:00Z' : '';
        return `${experiment},${variant}${index},${variant},2026-02-02T00:00:00Z,${convertedAt}\n`;
      }),
    )
    .join('');
}

describe('experiment_results', () => {
  let company: Company;
  beforeAll(async () => {
    const exposures = [
      renderExposures('checklist', { control: [867, 325], treatment: [906, 396] }),
      renderExposures('form', { control: [1015, 97], treatment: [814, 93] }),
      renderExposures('thirds', { a: [40, 8], b: [50, 30], c: [30, 10] }),
    ];
    company = await openAcme({
      select: ['+experiment_results'],
      contents: {
        experiments: ['checklist', 'form', 'thirds'].reduce(
          (csv, id) => `${csv}${id},${id},2026-02-01T00:00:00Z\n`,
          'experiment_id,name,start_at\n',
        ),
        experiment_exposures: `experiment_id,unit_id,variant,exposed_at,converted_at\n${exposures.join('')}`,
      },
    });
  });
  afterAll(() => company.close());

  // Worked out with the error function of the C library: z with the pooled rate, the interval without.
  it.each([
    [
      'checklist',
      'treatment',
      [2.666577342458759, 0.007662797252516375, 0.01660659692300495, 0.10785393914183003],
    ],
    [
      'form',
      'treatment',
      [1.3015422066808957, 0.1930729273097061, -0.009683098214542493, 0.04705132178966262],
    ],
    ['thirds', 'b', [3.8177085778546664, 0.000134696898151066, 0.21613908076454008, 0.5838609192354598]],
    ['thirds', 'c', [1.263107911241789, 0.20655040125167887, -0.07600153190998132, 0.34266819857664793]],
  ] as const)('tests %s, variant %s', async (experiment, variant, expected) => {
    const [row] = await company.engine.query(`select z_score, p_value, difference_low, difference_high
      from experiment_results where experiment_id = '${experiment}' and variant = '${variant}'`);
    Object.values(row ?? {}).forEach((value, index) => {
      expect(Number(value)).toBeCloseTo(expected[index] ?? Number.NaN, 12);
    });
  });

  it('finds the experiment whose units were not assigned in equal numbers', async () => {
    const rows = await company.engine.query(`select experiment_id, has_sample_ratio_mismatch as found,
      sample_ratio_p_value as p from experiment_results where is_control order by 1`);
    expect(rows.map((row) => [row['experiment_id'], row['found']])).toEqual([
      ['checklist', false],
      ['form', true],
      ['thirds', false],
    ]);
    expect(Number(rows[0]?.['p'])).toBeCloseTo(0.3543359994424461, 12);
    expect(Number(rows[1]?.['p'])).toBeCloseTo(2.602808186097641e-6, 14);
    expect(Number(rows[2]?.['p'])).toBeCloseTo(Math.exp(-2.5), 12);
  });
});
