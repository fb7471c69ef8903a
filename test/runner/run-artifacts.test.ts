import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { buildCatalog, renderCatalog } from '../../src/runner/catalog.ts';
import { renderDocsSite } from '../../src/runner/docs-site.ts';
import { renderSources, runFreshness } from '../../src/runner/freshness.ts';
import type { ManifestSource } from '../../src/runner/manifest.ts';
import { buildColumn, buildTestCompiler, idOf } from './run-project.ts';

let engine: DuckdbEngine;
const clock = buildFixedClock('2026-01-10T00:00:00Z');
const HOSTILE = `<script>alert('x')</script> & "quotes"`;

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  await engine.execute(`create schema raw; create schema main_shop;
    create table raw.orders (id integer, loaded_at timestamptz, loaded_on date, note text);
    insert into raw.orders values
      (1, '2026-01-08 12:00:00Z', '2026-01-08', 'a'), (2, '2026-01-07 12:00:00Z', '2026-01-09', 'b');
    create view main_shop.stg_orders as select id, note from raw.orders;
    create table main_shop.report (id integer, total decimal(14, 2));`);
});

afterEach(async () => {
  await engine.close();
});

function buildSource(more: Partial<ManifestSource> = {}): Partial<ManifestSource> {
  return {
    unique_id: 'source.shop.raw.orders',
    resource_type: 'source',
    source_name: 'raw',
    name: 'orders',
    schema: 'raw',
    identifier: 'orders',
    database: null,
    description: 'One row per order',
    original_file_path: 'models/sources.yml',
    tags: [],
    relation_name: '"raw"."orders"',
    columns: { id: buildColumn('ID', 'The key') },
    loaded_at_field: 'loaded_at',
    freshness: {
      warn_after: { count: 1, period: 'day' },
      error_after: { count: 36, period: 'hour' },
      filter: null,
    },
    ...more,
  };
}

function buildShop(source: Partial<ManifestSource> = buildSource()) {
  return buildTestCompiler({
    sources: [source],
    nodes: {
      stg_orders: {
        sql: `select id, note from source('raw', 'orders')`,
        description: HOSTILE,
        columns: { id: 'The <b>key</b>', absent: 'not built' },
        file: 'models/staging/stg_orders.sql',
      },
      report: { sql: `select * from ref('stg_orders') -- ${HOSTILE}`, config: { materialized: 'table' } },
      later: { sql: `select * from ref('report')`, columns: { id: 'Said by the YAML alone' } },
      no_big_totals: {
        type: 'test',
        sql: `select * from ref('report')`,
        about: 'report',
        config: { severity: 'warn' },
      },
    },
    unitTests: { adds_up: { model: 'report' } },
  }).manifest;
}

describe('the catalog', () => {
  it('holds what exists, with types in order', async () => {
    const catalog = await buildCatalog(engine, buildShop(), clock);
    expect(Object.keys(catalog.nodes)).toEqual([idOf('stg_orders'), idOf('report')]);
    expect(catalog.nodes[idOf('report')]?.metadata).toEqual({
      type: 'BASE TABLE',
      schema: 'main_shop',
      name: 'report',
      database: null,
      comment: null,
      owner: null,
    });
    expect(catalog.nodes[idOf('report')]?.columns['total']).toEqual({
      type: 'DECIMAL(14,2)',
      index: 2,
      name: 'total',
      comment: null,
    });
    expect(catalog.sources['source.shop.raw.orders']?.columns['id']?.comment).toBe('The key');
    const text = JSON.parse(renderCatalog(catalog));
    expect(Object.keys(text)).toEqual(['metadata', 'nodes', 'sources', 'errors']);
    expect(text.metadata.dbt_schema_version).toBe('https://schemas.getdbt.com/dbt/catalog/v1.json');
    expect(text.nodes[idOf('stg_orders')].stats.has_stats.value).toBe(false);
  });
});

describe('freshness', () => {
  const judge = async (more: Partial<ManifestSource>) => {
    const manifest = buildShop(buildSource(more));
    const results = await runFreshness({ compiler: { manifest }, engine, clock });
    const [result] = results;
    const text = JSON.parse(renderSources(results, { manifest }));
    return { results, result, text, seen: [result?.status, result?.ageSeconds] };
  };
  const limits = (warn: number, error: number, filter: string | null = null) => ({
    freshness: {
      warn_after: { count: warn, period: 'hour' as const },
      error_after: { count: error, period: 'hour' as const },
      filter,
    },
  });

  it('is pass, warn or error by age; exactly at the limit passes', async () => {
    expect((await judge(limits(36, 48))).seen).toEqual(['pass', 129_600]);
    expect((await judge(limits(35, 36))).seen).toEqual(['warn', 129_600]);
    expect((await judge(limits(12, 35))).seen).toEqual(['error', 129_600]);
    expect((await judge(limits(36, 48, 'id = 2'))).seen).toEqual(['error', 216_000]);
  });

  it('takes a date for its midnight in UTC', async () => {
    expect((await judge({ loaded_at_field: 'loaded_on' })).seen).toEqual(['pass', 86_400]);
    expect((await judge({ loaded_at_field: `cast('2026-01-09 23:00:00' as varchar)` })).seen[1]).toBe(3600);
  });

  it('reports an empty table, a field that is no time, a field that is not there', async () => {
    const empty = await judge(limits(1, 2, 'false'));
    expect(empty.seen).toEqual(['error', null]);
    expect(empty.result?.message).toBe('the table has no rows');
    expect((await judge({ loaded_at_field: 'note' })).result).toMatchObject({
      status: 'runtime error',
      message: 'max(loaded_at_field) is b, which is not a time',
    });
    expect((await judge({ loaded_at_field: 'nope' })).result?.message).toMatch(/nope/);
    expect((await judge({ loaded_at_field: null })).result?.message).toMatch(/no loaded_at_field/);
    expect((await judge({ freshness: null })).results).toEqual([]);
  });

  it('writes sources.json', async () => {
    const { text: document } = await judge({});
    expect(document.metadata.dbt_schema_version).toBe('https://schemas.getdbt.com/dbt/sources/v3.json');
    expect(document.results[0]).toMatchObject({
      unique_id: 'source.shop.raw.orders',
      max_loaded_at: '2026-01-08T12:00:00.000Z',
      snapshotted_at: '2026-01-10T00:00:00.000Z',
      max_loaded_at_time_ago_in_s: 129_600,
      status: 'warn',
      criteria: { error_after: { count: 36, period: 'hour' } },
    });
    const broken = await judge({ loaded_at_field: 'nope' });
    expect(broken.text.results[0]).toMatchObject({
      status: 'runtime error',
    });
  });
});

describe('the documentation page', () => {
  it('shows every entry once, whole, and escaped', async () => {
    const manifest = buildShop();
    const page = renderDocsSite(manifest, await buildCatalog(engine, manifest, clock));
    const ids = [...page.matchAll(/<section class="entry" id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids).toEqual([idOf('later'), idOf('report'), idOf('stg_orders'), 'source.shop.raw.orders']);
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<b>key</b>');
    expect(page).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quotes&quot;');
    expect(page).toContain('DECIMAL(14,2)');
    expect(page).toContain('Said by the YAML alone');
    expect(page).toContain('unit test adds_up');
    expect(page).toMatch(/no_big_totals<\/code> <span class="warning">/);
    expect(page).toContain('<h2>models/staging</h2>');
  });

  it('needs nothing from the network, and links what is there', async () => {
    const manifest = buildShop();
    const page = renderDocsSite(manifest, await buildCatalog(engine, manifest, clock));
    expect(page).not.toMatch(/https?:|@import|<link|src=/);
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) {
      expect(anchors).toContain(decodeURIComponent(target ?? ''));
    }
    expect(page).toContain('aria-label="Lineage of report: reads 1, read by 1"');
    const report = page.slice(page.indexOf(`id="${idOf('report')}"`));
    expect(report.slice(0, report.indexOf('</section>')).match(/<rect/g)).toHaveLength(4);
    expect(report.slice(0, report.indexOf('</section>')).match(/<path/g)).toHaveLength(3);
  });
});
