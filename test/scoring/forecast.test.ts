import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ForecastReport, Tenure } from '../../src/app/index.ts';
import { runCommandLine } from '../cli/run-command-line.ts';
import { copyDemo, openDemo } from '../shared/workspaces.ts';

describe('the forecast of a generated company', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-forecast-'));
  let tenure: Tenure;
  let report: ForecastReport;

  beforeAll(async () => {
    await copyDemo(folder);
    tenure = openDemo(folder);
    report = await tenure.forecast();
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is what is won, what open deals are worth and what is still to come', () => {
    const [company, ...owners] = report.forecasts;
    expect(company).toMatchObject({ ownerId: 'all', periodEnd: '2026-03-31', gap: null });
    expect(owners.length).toBeGreaterThan(1);
    for (const { won, stages, fresh, forecast } of report.forecasts) {
      const open = stages.reduce((sum, stage) => sum + stage.expected, 0);
      expect(Number(won) + open + Number(fresh)).toBeCloseTo(Number(forecast), 1);
    }
  });

  it('expects no more of open deals than they hold', () => {
    const stages = report.forecasts.flatMap((forecast) => forecast.stages);
    expect(stages.length).toBeGreaterThan(5);
    for (const { expected, amount } of stages) {
      expect(expected).toBeGreaterThanOrEqual(0);
      expect(expected).toBeLessThanOrEqual(amount);
    }
  });

  it('has an interval around it that begins with what is won at the least, and was judged', () => {
    const { won, low, forecast, high } = report.forecasts[0] as ForecastReport['forecasts'][number];
    expect(low).toBeGreaterThanOrEqual(Number(won));
    expect(low).toBeLessThan(Number(forecast));
    expect(high).toBeGreaterThan(Number(forecast));
    for (const quality of [report.quality.company, report.quality.owners]) {
      expect(quality.periods).toBeGreaterThan(2);
      expect(quality.hitRate).toBeGreaterThan(0.65);
      expect(quality.hitRate).toBeLessThanOrEqual(1);
    }
  });

  it('is the metric of the same day', async () => {
    const { rows } = await tenure.metrics.query({
      metrics: ['forecast_amount'],
      time: { range: 'last 1 days' },
    });
    expect(Number(rows[0]?.['forecast_amount'])).toBeCloseTo(Number(report.forecasts[0]?.forecast), 1);
  });

  it('is shown by the command line, for one owner by name and as JSON', async () => {
    const [, owner] = report.forecasts;
    const shown = await runCommandLine(folder, 'forecast', '--owner', String(owner?.ownerName));
    expect(shown.code).toBe(0);
    expect(shown.out).toContain(`${owner?.periodStart} – ${owner?.periodEnd}`);
    expect(shown.out).toContain('80 % is what they aim at');
    const json = await runCommandLine(folder, 'forecast', '--owner', 'all', '--json');
    expect(JSON.parse(json.out).forecasts).toEqual([report.forecasts[0]]);
  });

  it('knows nobody who is not there', async () => {
    await expect(tenure.forecast('nobody')).rejects.toMatchObject({ code: 'OWNER_UNKNOWN' });
  });
});
