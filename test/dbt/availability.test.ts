import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTables } from '../../src/contract/index.ts';
import { type Company, openAcme, openAcmeCompiler, PROJECT } from './company.ts';

/** What each model of the score step says, which `metric_availability` takes for a source. */
const SCORES = ['scoring.churn', 'scoring.expansion'];

interface Requirement {
  readonly model: string;
  readonly column: string;
  readonly source: string;
}

function readRequirements(): readonly Requirement[] {
  const lines = fs
    .readFileSync(path.join(PROJECT, 'seeds/column_requirements.csv'), 'utf8')
    .trim()
    .split('\n');
  return lines.slice(1).map((line) => {
    const [model = '', column = '', source = ''] = line.split(',');
    return { model, column, source };
  });
}

describe('what the columns of the marts need', () => {
  const { manifest } = openAcmeCompiler();
  const requirements = readRequirements();
  const marts = Object.values(manifest.nodes).filter(
    (node) =>
      node.resource_type === 'model' && node.schema === 'marts' && node.name !== 'metric_availability',
  );

  it('is stated for every column of every mart, and for nothing else', () => {
    const stated = [...new Set(requirements.map(({ model, column }) => `${model}.${column}`))].sort();
    const columns = marts
      .flatMap((node) => Object.keys(node.columns).map((column) => `${node.name}.${column}`))
      .sort();
    expect(stated).toEqual(columns);
  });

  it('names tables of the contract, and the scores of the models', () => {
    const tables = new Set(['', ...SCORES, ...listTables().map(({ schema, name }) => `${schema}.${name}`)]);
    expect(requirements.filter(({ source }) => !tables.has(source))).toEqual([]);
  });

  it('is something the model is made from', () => {
    const listAncestors = (id: string): readonly string[] =>
      (manifest.parent_map[id] ?? []).flatMap((parent) => [parent, ...listAncestors(parent)]);
    for (const node of marts) {
      const ancestors = new Set(listAncestors(node.unique_id));
      for (const { source } of requirements.filter(({ model }) => model === node.name)) {
        const [schema, table] = source.split('.');
        const id = SCORES.includes(source)
          ? 'source.tenure.scoring.scores'
          : `source.tenure.${schema === 'raw' ? 'raw' : 'marketing_raw'}.${table}`;
        if (source !== '') expect(ancestors.has(id), `${node.name} is not made from ${source}`).toBe(true);
      }
    }
  });
});

describe('columns described in YAML', () => {
  it('are exactly the columns the models have, and nothing is HUGEINT', async () => {
    const company = await openAcme();
    for (const node of Object.values(company.compiler.manifest.nodes)) {
      if (node.resource_type === 'test') continue;
      const columns = await company.engine.listColumns(node.schema, node.alias);
      expect(Object.keys(node.columns).sort(), node.name).toEqual(columns.map(({ name }) => name).sort());
      expect(node.description, node.name).toMatch(/^One row per /);
      expect(
        columns.filter(({ type }) => type.includes('HUGEINT')),
        node.name,
      ).toEqual([]);
    }
    await company.close();
  });
});

describe('source_watermarks', () => {
  it('knows every table of the contract, and dates events as the contract does', async () => {
    const company = await openAcme({ tables: [] });
    const rows = await company.engine.query(
      'select source_name, is_available from source_watermarks order by 1',
    );
    expect(rows).toEqual(
      listTables()
        .map(({ schema, name }) => ({ source_name: `${schema}.${name}`, is_available: false }))
        .sort((a, b) => (a.source_name < b.source_name ? -1 : 1)),
    );
    expect(company.summary.ok).toBe(true);
    await company.close();
    const sql = fs.readFileSync(path.join(PROJECT, 'models/staging/source_watermarks.sql'), 'utf8');
    for (const { schema, name, eventTime } of listTables()) {
      const dating = new RegExp(`'${schema}', '${name}', '(\\w+)', '(\\w*)'`).exec(sql);
      const isEvent = dating?.[1] === 'moment' || dating?.[1] === 'day';
      expect(isEvent ? dating?.[2] : undefined, `${schema}.${name}`).toBe(eventTime);
    }
  });
});

describe('without support tickets and sessions', () => {
  let company: Company;
  beforeAll(async () => {
    company = await openAcme({ tables: ['customers', 'usage_events', 'campaigns_daily', 'conversions'] });
  });
  afterAll(() => company.close());

  it('everything still builds', () => {
    expect(company.summary.results.filter(({ status }) => status === 'fail' || status === 'error')).toEqual(
      [],
    );
  });

  it('what needs them is NULL, not 0, and what does not is there', async () => {
    const [churn] = await company.engine.query(`select count(*) as n, count(total_events) as events,
      count(tickets_last_30d) as tickets, count(high_priority_tickets) as high from mart_customer_churn_features`);
    expect(churn).toEqual({ n: 13, events: 13, tickets: 0, high: 0 });
    const [expansion] = await company.engine.query(`select count(feature_request_tickets_90d) as requests,
      count(has_open_expansion_opp) as open, count(expansion_opp_amount) as amount from mart_customer_expansion_features`);
    expect(expansion).toEqual({ requests: 0, open: 0, amount: 0 });
    const [funnel] =
      await company.engine.query(`select count(total_clicks) as clicks, count(total_conversions) as conversions,
      count(total_sessions) as sessions, count(session_to_conversion_rate) as rate from funnel_conversion_analysis`);
    expect(funnel).toEqual({ clicks: 5, conversions: 5, sessions: 0, rate: 0 });
    const credit = await company.engine.query(
      'select count(credited_revenue) as credit from channel_attribution',
    );
    expect(credit).toEqual([{ credit: 0 }]);
  });

  it('metric_availability names the column, the reason and the way to get it', async () => {
    const rows = await company.engine.query(`select column_name, reason, how_to_get from metric_availability
      where model_name = 'mart_customer_churn_features' and not is_available order by 1`);
    expect(rows.map((row) => row['column_name'])).toEqual([
      'avg_resolution_hours',
      'high_priority_tickets',
      'tickets_last_30d',
    ]);
    expect(rows[0]).toMatchObject({
      reason: 'raw.support_tickets has no row by 2026-03-14',
      how_to_get: expect.stringContaining('help desk'),
    });
  });
});

describe('a source that ends before a window begins', () => {
  it('leaves the count of that window unknown', async () => {
    const company = await openAcme({
      select: ['+mart_customer_churn_features', '+metric_availability'],
      contents: {
        usage_events: 'event_id,customer_id,timestamp,event_type\ne1,harbor,2026-03-07T10:00:00Z,api_call\n',
      },
    });
    const rows = await company.engine.query(`select total_events, events_last_30d, events_last_7d
      from mart_customer_churn_features where customer_id = 'harbor'`);
    expect(rows).toEqual([{ total_events: 1, events_last_30d: 1, events_last_7d: null }]);
    const reasons = await company.engine.query(`select reason from metric_availability
      where model_name = 'mart_customer_churn_features' and column_name = 'events_last_7d'`);
    expect(reasons).toEqual([
      { reason: 'raw.usage_events ends on 2026-03-07, before the 7 days up to 2026-03-14 begin' },
    ]);
    await company.close();
  });
});
