import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, type Tenure } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { type Engine, openDuckdb, type Row } from '../../src/engines/index.ts';
import { writeChangedHealth } from '../shared/changed-health.ts';
import { copyDemo, DEMO_DAY } from '../shared/workspaces.ts';
import { listDifferences } from './copied-warehouse.ts';
import type { TargetServers } from './target-servers.ts';

const clock = buildFixedClock(`${DEMO_DAY}T20:00:00Z`);
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-test' };

/** The same company in a workspace whose data lie on servers. */
function openBeside(folder: string, origin: string, { target, environment }: TargetServers): Tenure {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ['models', 'milestones.yml', 'notify.yml'])
    fs.cpSync(path.join(origin, name), path.join(folder, name), { recursive: true });
  fs.writeFileSync(path.join(folder, 'tenure.yml'), `target: ${target}\n`);
  return openTenure({ folder, clock, environment: { ...SLACK, ...environment } });
}

/** Numbers to nine digits, so that the last bits of floats do not tell engines apart; a receipt's SQL is in the engine's words. */
function round(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return Number(value.toPrecision(9));
  if (Array.isArray(value)) return value.map(round);
  if (value instanceof Map) return round([...value]);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'sql');
  return Object.fromEntries(entries.map(([key, one]) => [key, round(one)]));
}

/** The demo company, generated and built on servers, says all that it says in files. */
export function describeTarget(what: string, start: () => Promise<TargetServers>): void {
  describe(what, () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    const folders = { here: path.join(root, 'here'), there: path.join(root, 'there') };
    let servers: TargetServers;
    let here: Tenure;
    let there: Tenure;
    let duckdb: Engine;
    let warehouse: Engine;

    beforeAll(async () => {
      servers = await start();
      fs.mkdirSync(folders.here);
      await copyDemo(folders.here);
      here = openTenure({ folder: folders.here, clock, environment: SLACK });
      there = openBeside(folders.there, folders.here, servers);
      await there.generate({ preset: 'demo', customers: 150, seed: 1, asOf: DEMO_DAY });
      const { summary, isPublished, lost } = await there.build({ asOf: DEMO_DAY });
      const bad = summary.results.filter(({ status }) => !['success', 'pass', 'warn'].includes(status));
      expect(bad.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
      expect([isPublished, lost]).toEqual([true, []]);
      duckdb = await openDuckdb({
        path: path.join(folders.here, 'warehouse.duckdb'),
        isReadOnly: true,
      });
      warehouse = await servers.openWarehouse();
    }, 600_000);

    afterAll(async () => {
      await Promise.all([duckdb?.close(), warehouse?.close()]);
      await servers?.stop();
      fs.rmSync(root, { recursive: true, force: true });
    });

    it('has the same cells in every model, every raw table and every score', async () => {
      const { manifest } = here.openProject();
      const models = Object.values(manifest.nodes).filter(
        (node) => node.resource_type !== 'test' && node.config.materialized !== 'ephemeral',
      );
      const sources = Object.values(manifest.sources).filter(({ name }) => name !== 'changed_days');
      const relations = [
        ...models.map(({ schema, alias }) => ({ schema, name: alias })),
        ...sources.map(({ schema, identifier }) => ({ schema, name: identifier })),
      ];
      const different: string[] = [];
      for (const relation of relations) {
        const lines = await listDifferences(duckdb, warehouse, relation);
        if (lines.length > 0)
          different.push(
            `${relation.schema}.${relation.name}: ${lines.length} lines, ${lines.slice(0, 3).join('; ')}`,
          );
      }
      expect(relations.length).toBeGreaterThan(200);
      expect(different).toEqual([]);
    }, 600_000);

    it.each<readonly [string, (tenure: Tenure) => Promise<unknown>]>([
      ['milestones', (tenure) => tenure.milestones.list({ limit: 10_000 })],
      ['what is to come', (tenure) => tenure.milestones.upcoming()],
      ['a preview of milestones', (tenure) => tenure.milestones.preview()],
      ['definitions', (tenure) => tenure.milestones.listDefinitions()],
      ['alerts', (tenure) => tenure.alerts.list({ limit: 10_000 })],
      ['a preview of alerts', (tenure) => tenure.alerts.preview()],
      ['case study candidates', (tenure) => tenure.celebrations.candidates()],
      ['the report of celebrations', (tenure) => tenure.celebrations.report()],
      ['survival', (tenure) => tenure.survival({ by: 'plan_tier', cox: true })],
      ['the forecast', (tenure) => tenure.forecast()],
      ['the funnel', (tenure) => tenure.funnel({ limit: 50, orderBy: 'channel' })],
      ['lifetime values', (tenure) => tenure.lifetimeValues({ limit: 50 })],
      ['customers', (tenure) => tenure.customers.list({ limit: 500 })],
      ['filters', (tenure) => tenure.customers.filters()],
      ['owners', (tenure) => tenure.customers.owners()],
      ['freshness', (tenure) => tenure.listSources()],
      ['marts', (tenure) => tenure.listMarts()],
      ['models', (tenure) => tenure.scores.list()],
      ['realised', (tenure) => tenure.scores.realised('churn')],
      ['drift', (tenure) => tenure.scores.drift('churn')],
    ])('says the same: %s', async (_name, ask) => {
      expect(round(await ask(there))).toEqual(round(await ask(here)));
    });

    it('answers every metric as DuckDB does', async () => {
      for (const { metric, domain, hasCompanyFigure } of here.metrics.list()) {
        if (!hasCompanyFigure) continue;
        const query = {
          metrics: [`${domain}.${metric}`],
          time: { range: 'last 6 months', granularity: 'month', asOf: DEMO_DAY },
          compare: ['previous_year'],
        } as unknown as Parameters<Tenure['metrics']['query']>[0];
        const [a, b] = [await here.metrics.query(query), await there.metrics.query(query)];
        expect([metric, round(b.rows)]).toEqual([metric, round(a.rows)]);
      }
    });

    it('shows every dashboard and every customer page as DuckDB does', async () => {
      const state = { range: '90d', compare: 'previous_range', asOf: null, filters: {} } as const;
      for (const { name } of await here.dashboards.list()) {
        const [a, b] = [await here.dashboards.show(name, state), await there.dashboards.show(name, state)];
        for (const [index, tile] of a.tiles.entries()) {
          const other = b.tiles[index];
          const pick = (one: typeof tile | undefined) => round([one?.rows, one?.missing, one?.warnings]);
          expect([name, tile.tile.name, pick(other)]).toEqual([name, tile.tile.name, pick(tile)]);
        }
      }
      const { rows } = await here.customers.list({ limit: 20 });
      for (const { customerId } of rows as unknown as readonly { readonly customerId: string }[])
        expect(round(await there.customers.show(customerId))).toEqual(
          round(await here.customers.show(customerId)),
        );
    });

    it('replays a changed health definition', async () => {
      const change = writeChangedHealth(root);
      const report = round(await there.metrics.replay({ change }));
      expect(report).toEqual(round(await here.metrics.replay({ change })));
    });

    it('exports charts and metrics that name the same columns', async () => {
      const read = async (tenure: Tenure) => {
        const { file, ...superset } = await tenure.exportSuperset();
        const { folder, ...metrics } = await tenure.exportDbtMetrics();
        return { superset, metrics, isThere: fs.existsSync(file) && fs.existsSync(folder) };
      };
      expect(await read(there)).toEqual(await read(here));
    });

    it('tests models again, and finds nothing new to tell', async () => {
      const select = ['customer_lifetime_value', 'int_customer_tiers'];
      const run = async (tenure: Tenure) => {
        const { results } = await tenure.test({ select });
        return results.map(({ name, status }) => `${name} ${status}`).sort();
      };
      const [ran, expected] = [await run(there), await run(here)];
      expect(ran.length).toBeGreaterThan(10);
      expect(ran).toEqual(expected);
      const statuses = async (tenure: Tenure) => (await tenure.checkFreshness()).map(({ status }) => status);
      expect(await statuses(there)).toEqual(await statuses(here));
      expect(fs.existsSync((await there.writeDocs()).site)).toBe(true);
      expect((await there.milestones.detect()).counts).toEqual((await here.milestones.detect()).counts);
      expect((await there.alerts.run()).told).toEqual((await here.alerts.run()).told);
    });

    it('publishes the tables that DuckDB publishes', async () => {
      const publish = async (tenure: Tenure, name: string) => {
        const { tables } = await tenure.publish({ to: 'duckdb', path: path.join(root, name) });
        return tables;
      };
      expect(await publish(there, 'there.duckdb')).toEqual(await publish(here, 'here.duckdb'));
    });

    it('explains a score, and looks features up', async () => {
      const [row] = (await warehouse.query(
        `select customer_id from scoring.scores where model = 'churn' and metric_date = date '${DEMO_DAY}'
         order by probability desc, customer_id limit 1`,
      )) as readonly [Row];
      const customerId = String(row['customer_id']);
      expect(round(await there.scores.explain('churn', customerId))).toEqual(
        round(await here.scores.explain('churn', customerId)),
      );
      expect(await there.scores.fetchFeatures('churn', customerId)).toEqual(
        await here.scores.fetchFeatures('churn', customerId),
      );
    });
  });
}
