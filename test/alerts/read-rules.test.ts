import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAlertRules, renderRule } from '../../src/alerts/index.ts';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { TenureError } from '../../src/base/index.ts';
import { buildCataloguePort } from './metric-port.ts';
import { PACK, readRules } from './workbench.ts';

const metrics = buildCataloguePort({ 'customer_success.current_mrr': 100_000 });

function readError(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof TenureError) return `${error.code} ${error.message} ${error.fix}`;
    throw error;
  }
  return 'nothing was thrown';
}

const WHEN = 'when: {threshold: {operator: <, value: 40}}';
const HEALTH = 'metric: customer_health_score, for: customer';
const rule = (text: string) => `# rules\nalerts:\n  - {name: mine, ${text}}`;

describe('alerts.yml', () => {
  it.each([
    ['alerts: [', 'not valid YAML'],
    ['alerts: 5', ':1: alerts is 5: '],
    ['alert: []', ':1: alert: there is no such setting. Did you mean alerts?'],
    ['alerts:\n  - {metric: win_rate}', ':2: alerts[0].name: '],
    [
      rule(`name2: x, ${HEALTH}, ${WHEN}`),
      ':3: alerts[0].name2 is "x": there is no such setting. Did you mean name?',
    ],
    [
      rule(`${HEALTH}, ${WHEN}`).replace('mine', 'My rule'),
      ':3: alerts[0].name is "My rule": must be a name',
    ],
    [rule(`${HEALTH}, ${WHEN}, severity: high`), 'severity is "high": must be info, warning or critical'],
    [rule(`${HEALTH}, ${WHEN}, days: 4 of 3`), ':3: alerts[0].days is "4 of 3": must be N of M days'],
    [rule(`${HEALTH}, ${WHEN}, days: twice`), 'days is "twice": must be written as 2 of 3'],
    [rule(`${HEALTH}, ${WHEN}, days: 0 of 3`), 'must be N of M days'],
    [rule(`${HEALTH}, ${WHEN}, cool_down_days: 0`), 'cool_down_days is 0: must be 1 or more'],
    [rule(`${HEALTH}, ${WHEN}, enabled: perhaps`), 'enabled is "perhaps": must be true or false'],
    [rule(`${HEALTH}, ${WHEN}, filters: {plan_tier: []}`), 'filters.plan_tier: must name at least one value'],
    [rule(`${HEALTH}, when: {}`), 'alerts[0].when: must be exactly one of threshold, change'],
    [
      rule(`${HEALTH}, when: {threshold: {operator: <, value: 1}, becomes: [x]}`),
      'alerts[0].when: must be exactly one of',
    ],
    [
      rule(`${HEALTH}, when: {treshold: {operator: <, value: 1}}`),
      'no such setting. Did you mean threshold?',
    ],
    [
      rule(`${HEALTH}, when: {threshold: {operator: '=', value: 1}}`),
      'alerts[0].when.threshold.operator is "=": must be one of < <= > >=',
    ],
    [rule(`${HEALTH}, when: {threshold: {operator: <, value: low}}`), 'value is "low": must be a number'],
    [rule(`${HEALTH}, when: {threshold: {operator: <, value: .nan}}`), 'must be a number'],
    [rule(`${HEALTH}, when: {threshold: {operator: <, value: .inf}}`), 'must be a number'],
    [
      rule(`${HEALTH}, when: {change: {against: yesterday, operator: <, value: 1, unit: points}}`),
      'against is "yesterday": must be previous_week, previous_month, previous_year, or a number of days',
    ],
    [
      rule(`${HEALTH}, when: {change: {against: 401 days, operator: <, value: 1, unit: points}}`),
      'against is "401 days": must be',
    ],
    [rule(`${HEALTH}, when: {out_of_band: {weeks: 3, z: 3}}`), 'weeks is 3: must be 4 or more'],
    [rule(`${HEALTH}, when: {out_of_band: {weeks: 8, z: 0}}`), 'z is 0: must be above 0'],
    [rule(`${HEALTH}, when: {becomes: []}`), 'becomes: must name at least one value'],
    [
      rule(`metric: customer_helth_score, for: customer, ${WHEN}`),
      ':3: alerts[0].metric is "customer_helth_score": there is no such metric. Did you mean customer_health_score?',
    ],
    [
      rule(`metric: daily_active_users, for: company, ${WHEN}`),
      'two domains have it. daily_active_users is a metric of two domains: write customer_success.daily_active_users or',
    ],
    [
      rule(`metric: customer_health_score, for: customers, ${WHEN}`),
      'for is "customers": customer_success.customer_health_score is not kept by that. Did you mean customer?',
    ],
    [
      rule(`metric: mrr_growth, for: company, ${WHEN}`),
      'for is "company": customer_success.mrr_growth is not kept',
    ],
    [
      rule(`${HEALTH}, ${WHEN}, filters: {plan_teir: [growth]}`),
      ':3: alerts[0].filters.plan_teir: customer_success.customer_health_score has no such dimension. Did you mean plan_tier?',
    ],
    [rule(`for: customer, ${WHEN}`), ':3: alerts[0]: a rule has either a metric or a sql_model. Write one'],
    [rule(`${HEALTH}, sql_model: x, ${WHEN}`), 'either a metric or a sql_model'],
    [rule(`${HEALTH}, unit: usd, ${WHEN}`), 'unit is "usd": the metric says that itself'],
    [
      rule(`sql_model: int_login_gap_day, label: x, for: customer, ${WHEN}`),
      'there is no such model. Did you mean int_login_gap_days?',
    ],
    [
      rule(`sql_model: int_customer_days, label: x, for: customer, ${WHEN}`),
      'sql_model is "int_customer_days": the model has no column day. Give it the columns customer_id, day, value',
    ],
    [rule(`sql_model: int_login_gap_days, for: customer, ${WHEN}`), 'a rule over a model needs a label'],
    [rule(`sql_model: int_login_gap_days, label: x, for: company, ${WHEN}`), 'It is by customer.'],
    [
      rule(`sql_model: int_login_gap_days, label: x, for: customer, needs: {raw.events: 3}, ${WHEN}`),
      'needs.raw.events is 3: the contract has no such table. Did you mean',
    ],
    [
      rule(`${HEALTH}, when: {against_target: {operator: <}}`),
      'a target is one of a metric of the whole company',
    ],
    [
      rule(`${HEALTH}, when: {becomes: [Critical]}`),
      'customer_success.customer_health_score is a number. Write a threshold.',
    ],
    [rule(`metric: health_band, for: customer, ${WHEN}`), 'is a text, and has no more or less'],
    [
      rule('metric: health_band, for: customer, when: {becomes: [Critical]}, days: 2 of 3'),
      'days is "2 of 3": what it becomes, it becomes on one day',
    ],
    [
      rule(
        'metric: win_rate, for: company, when: {change: {against: 7 days, operator: <, value: -5, unit: percent}}',
      ),
      'change.unit is "percent": sales.win_rate is a ratio already. Write unit: points',
    ],
    [
      `${rule(`${HEALTH}, ${WHEN}`)}\n  - {name: mine, ${HEALTH}, ${WHEN}}`,
      ':4: alerts[1].name is "mine": another',
    ],
  ])('is refused when it says %j', (yaml, problem) => {
    const error = readError(() => readRules(yaml, metrics));
    expect(error).toMatch(/^DEFINITION_INVALID .*alerts\.yml:\d+: /);
    expect(error).toContain(problem);
  });

  it('fills in what is left out', () => {
    expect(readRules(rule(`${HEALTH}, ${WHEN}`), metrics)).toEqual([
      {
        name: 'mine',
        metric: 'customer_health_score',
        for: 'customer',
        when: { threshold: { operator: '<', value: 40 } },
        days: '1 of 1',
        cool_down_days: 7,
        severity: 'warning',
        filters: {},
        enabled: true,
        origin: 'workspace',
      },
    ]);
    expect(readRules('', metrics)).toEqual([]);
  });

  it('replaces and disables shipped rules by name', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-alerts-'));
    const own = path.join(folder, 'alerts.yml');
    const read = (text: string) => {
      fs.writeFileSync(own, text);
      return readAlertRules({ pack: PACK, own, metrics });
    };
    const replacing = `disable: [spend_over_budget]\n${rule(`${HEALTH}, ${WHEN}`).replace('mine', 'health_below_40')}`;
    const rules = read(replacing);
    const shipped = readAlertRules({ pack: PACK, own: null, metrics });
    expect(rules).toHaveLength(shipped.length);
    expect(rules.filter(({ origin }) => origin === 'workspace').map(({ name }) => name)).toEqual([
      'health_below_40',
    ]);
    expect(rules.filter(({ enabled }) => !enabled).map(({ name }) => name)).toEqual(['spend_over_budget']);
    expect(readError(() => read('disable: [spend_over_bugdet]'))).toContain(
      'alerts.yml:1: disable[0] is "spend_over_bugdet": no shipped rule has that name. Did you mean spend_over_budget?',
    );
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is understood as docs/alerts.md shows it', () => {
    const page = fs.readFileSync(path.join(PACKAGE_ROOT, 'docs', 'alerts.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-alerts-'));
    const own = path.join(folder, 'alerts.yml');
    fs.writeFileSync(own, yaml);
    const rules = readAlertRules({ pack: PACK, own, metrics });
    fs.rmSync(folder, { recursive: true, force: true });
    const shipped = readAlertRules({ pack: PACK, own: null, metrics });
    expect(rules.filter(({ origin }) => origin === 'workspace')).toHaveLength(6);
    for (const { name } of shipped) expect(page).toContain(`| \`${name}\` |`);
    const kinds = rules.map(({ when }) => Object.keys(when).join());
    expect([...new Set(kinds)].sort()).toEqual([
      'against_target',
      'becomes',
      'change',
      'out_of_band',
      'threshold',
    ]);
  });

  it('comes with a pack, each rule of it in words', () => {
    const rules = readAlertRules({ pack: PACK, own: null, metrics });
    const words = rules.map((shipped) => {
      const { label, unit, sql_model } = shipped;
      const subject = metrics.find(sql_model === undefined ? (shipped.metric ?? '') : 'current_mrr');
      return `${shipped.name}: ${renderRule(shipped, { ...subject, label: label ?? subject.label, unit: unit ?? subject.unit })}`;
    });
    expect(words).toEqual([
      'health_below_40: Health score < 40, by customer, on 2 of 3 days',
      'churn_tier_critical: Churn tier becomes critical, by customer',
      'no_login_for_14_days: Time without a login >= 14 days, by customer',
      'daily_users_down_on_the_week: Daily active users against a week before <= −15 %, on 2 of 3 days',
      'mrr_below_plan: MRR < the target',
      'pipeline_coverage_below_3: Pipeline coverage < 3, on 2 of 3 days',
      'renewal_without_contact: Time without contact before the renewal >= 30 days, by customer',
      'spend_over_budget: Ad spend > the target',
    ]);
  });
});
