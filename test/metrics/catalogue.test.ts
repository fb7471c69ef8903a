import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { listExpressionColumns, renderAggregate } from '../../src/metrics/aggregate-store.ts';
import { checkCatalogue } from '../../src/metrics/check-catalogue.ts';
import { renderCheckQuery } from '../../src/metrics/check-query-store.ts';
import { readCatalogue } from '../../src/metrics/read-catalogue.ts';

const catalogue = readCatalogue(path.join(PACKAGE_ROOT, 'dbt', 'catalogue'));
const guide = path.join(PACKAGE_ROOT, '..', 'shared', 'seeds', '003_23fbd1b21853d461.txt');

function findMetric(name: string) {
  const metric = catalogue.metrics.find((candidate) => candidate.name === name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric;
}

describe('the catalogue', () => {
  it.skipIf(!fs.existsSync(guide))('has every metric the guide names, in its domain', () => {
    const text = fs.readFileSync(guide, 'utf8');
    const domains = { 1: 'customer_success', 2: 'sales', 3: 'product', 4: 'marketing' } as const;
    const missing: string[] = [];
    for (const [number, domain] of Object.entries(domains)) {
      const section =
        new RegExp(`### ${number}\\. [^\\n]*\\(\`metrics_[\\s\\S]*?\\*\\*Use Cases`).exec(text)?.[0] ?? '';
      const names = [...section.matchAll(/`([a-z0-9_]+)`/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !name.startsWith('metrics_'));
      expect(names.length, domain).toBeGreaterThan(8);
      const own = new Set(catalogue.metrics.filter((m) => m.domain.domain === domain).map((m) => m.name));
      missing.push(...names.filter((name) => !own.has(name)).map((name) => `${domain}.${name}`));
    }
    expect(missing).toEqual([]);
  });

  it('finds a metric whose parts are missing', () => {
    const ground = {
      columnsOf: (model: string) =>
        model === 'metrics_sales' ? new Set(['metric_date', 'owner_id', 'owner_name']) : undefined,
      sources: new Set<string>(),
    };
    const messages = checkCatalogue(catalogue, ground).map(({ message }) => message);
    expect(messages).toContain('win_rate is made from deals_won_90d, which metrics_sales does not have');
    expect(messages).toContain('win_rate needs raw.gtm_opportunities, which is no table of the contract');
    expect(messages).toContain('there is no model metrics_marketing');
  });

  it('makes ratios anew from sums of their parts', () => {
    expect(renderAggregate(findMetric('win_rate'), (column) => `S(${column})`)).toBe(
      'S(deals_won_90d) / nullif(S(deals_closed_90d), 0)',
    );
    expect(renderAggregate(findMetric('csat_score'), (column) => `S(${column})`)).toBe(
      '100.0 * S(csat_satisfied_90d) / nullif(S(csat_answers_90d), 0)',
    );
    expect(renderAggregate(findMetric('nps_score'), (column) => `S(${column})`)).toContain(
      'case when sum(nps_answers_90d) >= 30 then',
    );
    expect(renderAggregate(findMetric('customer_health_score'), (column) => `S(${column})`)).toBe(
      'S(customer_health_score) / nullif(count(customer_health_score), 0)',
    );
  });

  it('knows columns from functions and words', () => {
    expect(listExpressionColumns('100.0 * coalesce(a, 0) / nullif(cast(b as double precision), 0)')).toEqual([
      'a',
      'b',
    ]);
  });

  it('renders a check with the checks it names, days away', () => {
    const { sql, parameters } = renderCheckQuery(catalogue, findMetric('health_trend_30d'), {
      entityId: 'c1',
      day: '2026-03-14',
    });
    expect(sql).toContain('(cast($1 as date) + (-30))');
    expect(sql).not.toContain('{');
    expect(parameters).toEqual(['2026-03-14', 'c1']);
  });
});

describe('a catalogue with a fault', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-catalogue-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  const head =
    'domain: sales\ntable: metrics_sales\nentity_type: owner\nentity_id: owner_id\nentity_name: owner_name\nmetrics:\n';
  const metric = (lines: string) =>
    `  - name: calls\n    label: Calls\n    description: Calls made.\n    unit: count\n    good_direction: up\n    importance_tier: tier_3\n    owner: sales\n    needs: {raw.sales_activities: 30}\n${lines}`;
  const simple =
    '    type: simple\n    expression: calls\n    over_entities: sum\n    over_time: last\n    check_query: select 1\n';

  it.each([
    [
      'a unit nobody knows',
      head + metric(simple).replace('unit: count', 'unit: calls'),
      /sales\.yml:10.*unit/s,
    ],
    ['a key nobody knows', head + metric(`${simple}    colour: red\n`), /colour/],
    ['a metric twice', head + metric(simple) + metric(simple), /sales\.yml:\d+: calls is defined twice/],
    ['no way to check it', head + metric(simple.replace('    check_query: select 1\n', '')), /sales\.yml/],
  ])('with %s is refused with its place', (_name, text, message) => {
    fs.writeFileSync(path.join(folder, 'sales.yml'), text);
    expect(() => readCatalogue(folder)).toThrow(message);
  });
});
