import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { COMMAND_LOADERS, listCommands } from '../../src/cli/commands.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { runCommandLine as run } from './run-command-line.ts';

const example = path.join(PACKAGE_ROOT, 'examples', 'acme');

describe('the command line', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const folder = path.join(root, 'acme');

  beforeAll(async () => {
    expect((await run(root, 'init', 'acme')).code).toBe(0);
    fs.copyFileSync(path.join(example, 'tenure.yml'), path.join(folder, 'tenure.yml'));
  });
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  it('has help with examples for every command', async () => {
    const help = await run(root, '--help');
    expect(help.code).toBe(0);
    for (const command of await listCommands()) {
      expect(help.out).toContain(command.summary);
      const own = await run(root, command.name, '--help');
      expect(own.code).toBe(0);
      expect(own.out).toContain('Examples:');
      for (const name of Object.keys(command.options)) expect(own.out).toContain(`--${name}`);
      expect(COMMAND_LOADERS).toHaveProperty(command.name);
    }
  });

  it('says its version', async () => {
    expect((await run(root, '--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['dance'], 2, 'USAGE'],
    [['query'], 2, 'USAGE'],
    [['query', 'select 1', '--format', 'xml'], 2, 'USAGE'],
    [['build', '--as-of', '2026-02-30'], 2, 'USAGE'],
    [['build', '--vars', '[1]'], 2, 'USAGE'],
    [['build', '--flavour', 'x'], 2, 'USAGE'],
    [['build', 'customer_lifetime_value'], 2, 'USAGE'],
    [['query', 'select', '1'], 2, 'USAGE'],
    [['doctor', 'who'], 2, 'USAGE'],
    [['build', '--project-dir', 'nowhere'], 2, 'PROJECT_MISSING'],
    [['load'], 2, 'USAGE'],
    [['load', 'data', '--source', 'crm'], 2, 'USAGE'],
    [['load', '--source', 'crm', '--map', 'map.yml'], 2, 'USAGE'],
    [['load', '--source', 'crm'], 2, 'SOURCES_MISSING'],
    [['load', '--from', 'postgres'], 2, 'SOURCES_MISSING'],
    [['init', '.'], 2, 'WORKSPACE_EXISTS'],
  ])('%j exits with %i and says %s', async (words, code, error) => {
    const outcome = await run(folder, ...words);
    expect([outcome.code, outcome.notes]).toEqual([code, expect.stringContaining(`(${error})`)]);
  });

  it('says where there is no workspace and no warehouse', async () => {
    expect((await run(root, 'build')).notes).toContain('WORKSPACE_MISSING');
    expect((await run(folder, 'query', 'select 1')).notes).toContain('WAREHOUSE_MISSING');
    const asJson = await run(root, 'build', '--json');
    expect(JSON.parse(asJson.notes).error.code).toBe('WORKSPACE_MISSING');
  });

  it('names file, line and setting of a wrong tenure.yml', async () => {
    const other = path.join(root, 'wrong');
    fs.mkdirSync(other);
    fs.writeFileSync(path.join(other, 'tenure.yml'), '# a comment\nas_of: tomorrow\n');
    const wrong = await run(other, 'build');
    expect(wrong.code).toBe(2);
    expect(wrong.notes).toMatch(/tenure\.yml:2: as_of: must be a date/);
    fs.writeFileSync(path.join(other, 'tenure.yml'), 'as_off: 2026-03-14\n');
    expect((await run(other, 'build')).notes).toMatch(/tenure\.yml:1: as_off/);
  });

  it('loads, builds and asks', async () => {
    const loaded = await run(folder, 'load', path.join(example, 'data'), '--json');
    expect([loaded.code, loaded.notes]).toEqual([0, '']);
    const report = JSON.parse(loaded.out);
    expect(report.read).toBe(report.inserted + report.updated + report.unchanged + report.rejected);
    const built = await run(folder, 'build');
    expect([built.code, built.out]).toEqual([0, expect.stringContaining('Built as of 2026-03-14')]);
    expect(built.notes).toContain('customer_lifetime_value');
    const asked = await run(folder, 'query', 'select count(*) as n from customer_lifetime_value', '--json');
    expect(JSON.parse(asked.out)[0].n).toBeGreaterThan(5);
  });

  it('answers in every format with the same rows', async () => {
    const sql =
      'select user_id, total_conversions, first_purchase_date from customer_lifetime_value order by user_id';
    const json = JSON.parse((await run(folder, 'query', sql, '--format', 'json')).out);
    const csv = (await run(folder, 'query', sql, '--format', 'csv')).out.trim().split('\n');
    expect(csv.slice(1).map((line) => line.split(',')[0])).toEqual(
      json.map((row: { user_id: string }) => row.user_id),
    );
    const table = (await run(folder, 'query', sql)).out.trim().split('\n');
    expect(table.length).toBe(csv.length + 1);
    for (const format of ['arrow', 'parquet']) {
      const written = await run(folder, 'query', sql, '--format', format, '--out', `result.${format}`);
      expect(written.notes).toContain(`${json.length} rows`);
    }
    const arrow = tableFromIPC(fs.readFileSync(path.join(folder, 'result.arrow')));
    expect(arrow.numRows).toBe(json.length);
    expect(arrow.getChild('user_id')?.get(0)).toBe(json[0].user_id);
    expect(arrow.getChild('total_conversions')?.get(0)).toBe(BigInt(json[0].total_conversions));
    const engine = await openDuckdb({ path: ':memory:' });
    const [row] = await engine.query(`select count(*) as n from '${path.join(folder, 'result.parquet')}'`);
    expect(row?.['n']).toBe(json.length);
    await engine.close();
  });

  it.each(['arrow', 'csv', 'json', 'parquet'])(
    'ends with an error where a query fails late, and leaves no short %s file',
    async (format) => {
      const sql = `select case when n > 900000 then error('too late') else n end as n from range(1000000) as t(n)`;
      const late = path.join(folder, 'late');
      fs.mkdirSync(late, { recursive: true });
      const asked = await run(folder, 'query', sql, '--format', format);
      expect([asked.code, asked.out, asked.notes]).toEqual([1, '', expect.stringContaining('too late')]);
      const out = path.join('late', 'result');
      const written = await run(folder, 'query', sql, '--format', format, '--out', out);
      expect([written.code, written.notes]).toEqual([1, expect.stringContaining('too late')]);
      expect(fs.readdirSync(late)).toEqual([]);
      fs.writeFileSync(path.join(folder, out), 'the last answer');
      await run(folder, 'query', sql, '--format', format, '--out', out);
      expect(fs.readFileSync(path.join(folder, out), 'utf8')).toBe('the last answer');
      fs.rmSync(late, { recursive: true });
    },
  );

  it('finds every model by its bare name', async () => {
    const models = fs
      .readdirSync(path.join(PACKAGE_ROOT, 'dbt', 'models'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.sql'))
      .map((file) => path.basename(file, '.sql'));
    expect(models.length).toBeGreaterThan(25);
    const sql = models
      .map((name) => `select '${name}' as model, count(*) as n from ${name}`)
      .join(' union all ');
    expect(JSON.parse((await run(folder, 'query', sql, '--json')).out)).toHaveLength(models.length);
  });

  it('shows SQL, lineage, documentation and health', async () => {
    expect((await run(folder, 'compile', 'customer_lifetime_value')).out).toContain('"int_user_ltv_metrics"');
    expect((await run(folder, 'compile', 'customer_lifetime_valu')).notes).toContain(
      'customer_lifetime_value',
    );
    expect((await run(folder, 'lineage', 'customer_lifetime_value')).out).toContain(
      'marketing_raw.conversions',
    );
    const tested = await run(
      folder,
      'test',
      '--json',
      '--select',
      'customer_lifetime_value',
      'daily_summary',
      '--exclude',
      'test_type:unit',
    );
    expect(tested.code).toBe(0);
    const names = JSON.parse(tested.out)
      .results.map((result: { name: string }) => result.name)
      .join();
    expect(names).toContain('customer_lifetime_value_user_id');
    expect(names).toContain('daily_summary');
    expect((await run(folder, 'docs')).code).toBe(0);
    expect(fs.readFileSync(path.join(folder, 'target', 'index.html'), 'utf8')).toContain(
      'customer_lifetime_value',
    );
    const doctor = await run(folder, 'doctor', '--json');
    expect(doctor.code).toBe(0);
    expect(
      JSON.parse(doctor.out).findings.map((finding: { status: string }) => finding.status),
    ).not.toContain('fail');
  });

  it('writes artifacts in the form dbt gives them', () => {
    const read = (name: string) => JSON.parse(fs.readFileSync(path.join(folder, 'target', name), 'utf8'));
    const manifest = read('manifest.json');
    expect(Object.keys(manifest).sort()).toEqual(
      [
        'child_map',
        'disabled',
        'docs',
        'exposures',
        'group_map',
        'groups',
        'macros',
        'metadata',
        'metrics',
        'nodes',
        'parent_map',
        'saved_queries',
        'selectors',
        'semantic_models',
        'sources',
        'unit_tests',
      ].sort(),
    );
    const fields =
      'access alias build_path checksum columns compiled compiled_code compiled_path config constraints contract created_at ' +
      'database depends_on deprecation_date description doc_blocks docs extra_ctes extra_ctes_injected fqn group language ' +
      'latest_version meta metrics name original_file_path package_name patch_path path primary_key raw_code refs ' +
      'relation_name resource_type schema sources tags time_spine unique_id unrendered_config version';
    const node = manifest.nodes['model.tenure.customer_lifetime_value'];
    expect(Object.keys(node)).toEqual(expect.arrayContaining(fields.split(' ')));
    expect([node.compiled, node.primary_key]).toEqual([true, ['user_id']]);
    expect(Object.keys(manifest.sources['source.tenure.raw.customers'])).toEqual(
      expect.arrayContaining([
        'loader',
        'quoting',
        'freshness',
        'identifier',
        'loaded_at_field',
        'relation_name',
      ]),
    );
    expect(manifest.metadata.dbt_schema_version).toBe('https://schemas.getdbt.com/dbt/manifest/v12.json');
    expect(read('run_results.json').metadata.dbt_schema_version).toContain('run-results/v6');
    expect(read('catalog.json').metadata.dbt_schema_version).toContain('catalog/v1');
  });

  it('takes a batch back', async () => {
    const [batch] = JSON.parse((await run(folder, 'load', '--batches', '--json')).out);
    const undone = await run(folder, 'load', '--undo', batch.batchId);
    expect([undone.code, undone.out]).toEqual([0, expect.stringMatching(/taken back: \d+ rows removed/)]);
    expect((await run(folder, 'load', '--undo', batch.batchId)).notes).toContain('BATCH_UNKNOWN');
    expect(
      (await run(folder, 'query', '--raw', 'select count(*) as n from raw.customers', '--json')).out,
    ).toContain('"n":0');
  });
});
