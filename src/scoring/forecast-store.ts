import { TenureError } from '../base/index.ts';
import type { Dialect, Engine, Row, Value } from '../engines/index.ts';

/** The open deals in one stage, and what is expected of them by the end of the period, in USD. */
export interface ForecastStage {
  readonly stage: string;
  readonly opportunities: number;
  readonly amount: number;
  /** The amounts, each times the share of deals like it that were won in as many days. */
  readonly expected: number;
}

/** The forecast of one owner's period, or of the company's (`ownerId` 'all'). Amounts in USD; null where not known. */
export interface OwnerForecast {
  readonly ownerId: string;
  readonly ownerName: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly won: number | null;
  readonly stages: readonly ForecastStage[];
  /** What deals are expected to bring that nobody knows yet. */
  readonly fresh: number | null;
  readonly forecast: number | null;
  /** The ends of the interval that is to hold what comes in four of five periods. */
  readonly low: number | null;
  readonly high: number | null;
  readonly quota: number | null;
  /** Why the forecast or its interval is not known. */
  readonly gap: string | null;
}

/** How often the interval held what came, over the periods that are over. */
export interface ForecastQuality {
  readonly periods: number;
  /** Forecasts with an interval that were judged. */
  readonly looks: number;
  /** Share of them that held; null without any. */
  readonly hitRate: number | null;
}

export interface ForecastReport {
  readonly asOf: string | null;
  /** The company first, then owners by name. */
  readonly forecasts: readonly OwnerForecast[];
  readonly quality: { readonly company: ForecastQuality; readonly owners: ForecastQuality };
}

const FORECASTS = `
select m.metric_date, m.owner_id, m.owner_name, f.period_start, f.period_end, f.won_amount,
  case when m.forecast_amount is not null then f.new_amount end as new_amount,
  m.forecast_amount, m.forecast_low, m.forecast_high, f.quota_amount, m.forecast_gap
from entity.metrics_sales as m
inner join intermediate.int_forecast_days as f on m.owner_id = f.owner_id and m.metric_date = f.metric_date
where m.is_latest
order by case when m.owner_id = 'all' then 0 else 1 end, m.owner_name, m.owner_id`;

const renderStages = ({ toDecimal }: Dialect): string => `
with latest as (
  select s.* from intermediate.int_forecast_stage_days as s
  inner join entity.metrics_sales as m on m.owner_id = 'all' and m.is_latest and s.metric_date = m.metric_date
), copied as (
  select owner_id, stage, open_opportunities, open_amount, expected_amount from latest
  union all
  select 'all', stage, open_opportunities, open_amount, expected_amount from latest
)
select owner_id, stage, sum(open_opportunities) as opportunities, sum(open_amount) as amount,
  sum(${toDecimal('expected_amount', 9)}) as expected
from copied
group by owner_id, stage
order by owner_id, case stage when 'prospecting' then 1 when 'qualification' then 2 else 3 end`;

const QUALITY = `
select cast(owner_id = 'all' as boolean) as is_company, count(distinct period_start) as periods, count(*) as looks,
  sum(case when is_inside then 1 else 0 end) as held
from marts.forecast_backtest
where is_inside is not null
group by 1`;

function parseAmount(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function parseText(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** The company, and owners with a quota or anything won or expected. */
function isSelling(row: Row): boolean {
  const figures = [row['quota_amount'], row['won_amount'], row['forecast_amount']];
  return row['owner_id'] === 'all' || figures.some((figure) => Number(figure ?? 0) !== 0);
}

function buildForecast(row: Row, stages: readonly Row[]): OwnerForecast {
  return {
    ownerId: String(row['owner_id']),
    ownerName: String(row['owner_name']),
    periodStart: String(row['period_start']),
    periodEnd: String(row['period_end']),
    won: parseAmount(row['won_amount']),
    stages: stages
      .filter((stage) => stage['owner_id'] === row['owner_id'])
      .map((stage) => ({
        stage: String(stage['stage']),
        opportunities: Number(stage['opportunities']),
        amount: Number(stage['amount']),
        expected: Number(stage['expected']),
      })),
    fresh: parseAmount(row['new_amount']),
    forecast: parseAmount(row['forecast_amount']),
    low: parseAmount(row['forecast_low']),
    high: parseAmount(row['forecast_high']),
    quota: parseAmount(row['quota_amount']),
    gap: parseText(row['forecast_gap']),
  };
}

function buildQuality(rows: readonly Row[], isCompany: boolean): ForecastQuality {
  const row = rows.find((candidate) => candidate['is_company'] === isCompany);
  const looks = Number(row?.['looks'] ?? 0);
  const hitRate = looks === 0 ? null : Number(row?.['held']) / looks;
  return { periods: Number(row?.['periods'] ?? 0), looks, hitRate };
}

/**
 * The forecasts of the running period from a built warehouse: `metrics_sales` of its last day with its parts, and the
 * hit rate of `forecast_backtest`.
 *
 * @param owner id or name of an owner, `all` is the company; without it all who hold a quota, won or expect anything
 * @throws TenureError OWNER_UNKNOWN, QUERY_FAILED
 *
 * @example
 * const { forecasts } = await fetchForecast(engine, 'all');
 * // [{ ownerId: 'all', won: 8314236, forecast: 12707951.37, low: 11783947.8, high: 13631954.94, … }]
 */
export async function fetchForecast(engine: Engine, owner?: string): Promise<ForecastReport> {
  const rows = await engine.query(FORECASTS);
  const wanted = rows.filter((row) =>
    owner === undefined ? isSelling(row) : row['owner_id'] === owner || row['owner_name'] === owner,
  );
  if (owner !== undefined && wanted.length === 0) throw new TenureError('OWNER_UNKNOWN', { name: owner });
  const stages = await engine.query(renderStages(engine.dialect));
  const judged = await engine.query(QUALITY);
  return {
    asOf: parseText(rows[0]?.['metric_date']),
    forecasts: wanted.map((row) => buildForecast(row, stages)),
    quality: { company: buildQuality(judged, true), owners: buildQuality(judged, false) },
  };
}
