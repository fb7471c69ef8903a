import { describe, expect, it } from 'vitest';
import type { CompilerMessage } from '../../src/runner/index.ts';
import { failureOf, openFiles, type ProjectText } from './project-folder.ts';

const MODEL = { 'models/m.sql': 'select 1 as x' };

interface Case {
  readonly name: string;
  readonly files: ProjectText;
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

const CASES: readonly Case[] = [
  {
    name: 'a reference to a model that is not there',
    files: {
      ...MODEL,
      'models/orders.sql': 'select 1',
      'models/bad.sql': "select *\nfrom {{ ref('ordrs') }}",
    },
    code: 'REFERENCE_UNKNOWN',
    message: "models/bad.sql:2: ref('ordrs') names no model or seed of this project.",
    fix: 'Did you mean orders?',
  },
  {
    name: 'a reference to a disabled model',
    files: {
      'models/off.sql': '{{ config(enabled=false) }} select 1',
      'models/bad.sql': "select * from {{ ref('off') }}",
    },
    code: 'REFERENCE_UNKNOWN',
    message: "models/bad.sql:1: ref('off') names a model that is disabled.",
  },
  {
    name: 'a reference into another package',
    files: { ...MODEL, 'models/bad.sql': "select * from {{ ref('utils', 'm') }}" },
    code: 'REFERENCE_UNKNOWN',
    message: "models/bad.sql:1: ref('m') names a model of the package utils, and packages are not supported.",
  },
  {
    name: 'a source that is not described',
    files: { 'models/bad.sql': "\n\nselect * from {{ source('raw', 'orders') }}" },
    code: 'REFERENCE_UNKNOWN',
    message: "models/bad.sql:3: source('raw', 'orders') names no table of the described sources.",
  },
  {
    name: 'models that refer to each other in a circle',
    files: {
      'models/a.sql': "select * from {{ ref('c') }}",
      'models/b.sql': "select * from {{ ref('a') }}",
      'models/c.sql': "select * from {{ ref('b') }}",
      'models/d.sql': "select * from {{ ref('c') }}",
    },
    code: 'GRAPH_CYCLE',
    message: 'The models refer to each other in a circle: a → b → c → a.',
  },
  {
    name: 'a model defined twice',
    files: { 'models/one/m.sql': 'select 1', 'models/two/m.sql': 'select 2' },
    code: 'PROJECT_DUPLICATE',
    message: 'The model m is defined twice: in models/one/m.sql and in models/two/m.sql.',
  },
  {
    name: 'a model and a seed of one name',
    files: { ...MODEL, 'seeds/m.csv': 'a\n1' },
    code: 'PROJECT_DUPLICATE',
    message: 'The model m is defined twice: in seeds/m.csv and in models/m.sql.',
  },
  {
    name: 'two models in one place of the database',
    files: { ...MODEL, 'models/other.sql': "{{ config(alias='m') }} select 1" },
    code: 'PROJECT_DUPLICATE',
    message: 'The relation "main"."m" is defined twice: in models/m.sql and in models/other.sql.',
  },
  {
    name: 'a macro defined twice',
    files: {
      'macros/a.sql': '{% macro f() %}{% endmacro %}',
      'macros/b.sql': '\n{% macro f() %}{% endmacro %}',
    },
    code: 'PROJECT_DUPLICATE',
    message: 'The macro f is defined twice: in macros/a.sql:1 and in macros/b.sql:2.',
  },
  {
    name: 'a model described twice',
    files: { ...MODEL, 'models/a.yml': 'models: [{name: m}]', 'models/b.yml': 'models: [{name: m}]' },
    code: 'PROJECT_DUPLICATE',
    message: 'The description of the model m is defined twice: in models/a.yml:1 and in models/b.yml:1.',
  },
  {
    name: 'the same data test twice',
    files: {
      ...MODEL,
      'models/a.yml': 'models: [{name: m, columns: [{name: x, data_tests: [unique, unique]}]}]',
    },
    code: 'PROJECT_DUPLICATE',
    message: 'The data test unique_m_x is defined twice: in models/a.yml and in models/a.yml.',
  },
  {
    name: 'an unknown variable',
    files: { 'models/m.sql': "select\n{{ var('sze') }}", 'dbt_project.yml': 'name: shop\nvars: {size: 1}' },
    code: 'RENDER_FAILED',
    message: 'models/m.sql:2: the variable sze is not set. Did you mean size?',
  },
  {
    name: 'a name that is not defined',
    files: { 'models/m.sql': 'select\n\n{{ nothing }} as x' },
    code: 'RENDER_FAILED',
    message: 'models/m.sql:3: undefined value in `{{ nothing }} as x`',
  },
  {
    name: 'a function that is not defined',
    files: { 'models/m.sql': 'select {{ nothing(1) }} as x' },
    code: 'RENDER_FAILED',
    message: 'models/m.sql:1: unknown function: nothing is unknown in `select {{ nothing(1) }} as x`',
  },
  {
    name: 'an error inside a macro, named by the line of the macro',
    files: {
      'models/m.sql': 'select {{ outer() }} as x',
      'macros/a.sql':
        '{% macro alpha() %}\n1\n{% endmacro %}\n\n\n{% macro inner() %}\n  {{ gone }}\n{% endmacro %}',
      'macros/b.sql': '{% macro outer() %}{{ inner() }}{{ alpha() }}{% endmacro %}',
    },
    code: 'RENDER_FAILED',
    message: 'macros/a.sql:7: undefined value',
  },
  {
    name: 'an error raised by the project',
    files: { 'models/m.sql': "{{ exceptions.raise_compiler_error('no such plan') }}" },
    code: 'RENDER_FAILED',
    message: 'models/m.sql:1: no such plan',
  },
  {
    name: 'a broken template',
    files: { 'models/m.sql': 'select\n{% if x %}\n1' },
    code: 'RENDER_FAILED',
    message: 'models/m.sql:2: syntax error: unexpected end of input, expected end of block in `{% if x %}`',
  },
  {
    name: 'queries while compiling',
    files: { 'models/m.sql': "select 1\n{% set r = run_query('select 1') %}" },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/m.sql:2: run_query() (queries while compiling) is not supported.',
  },
  {
    name: 'looking relations up while compiling',
    files: { 'models/m.sql': "{% if adapter.get_relation('a', 'b', 'c') %}1{% endif %}" },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/m.sql:1: adapter.get_relation is not supported.',
  },
  {
    name: 'a dispatch without a macro for the target',
    files: {
      'models/m.sql': '{{ f() }}',
      'macros/f.sql':
        "{% macro f() %}\n{{ adapter.dispatch('f')() }}{% endmacro %}{% macro postgres__f() %}{% endmacro %}",
    },
    code: 'PROJECT_UNSUPPORTED',
    message:
      "macros/f.sql:2: adapter.dispatch('f'), for which there is no macro default__f or one of this target, is not supported.",
  },
  {
    name: 'a materialization there is not',
    files: { 'models/m.sql': "select 1\n{{ config(materialized='dynamic_table') }}" },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/m.sql:2: the materialization dynamic_table of a model is not supported.',
    fix: 'Supported here: view, table, incremental, ephemeral.',
  },
  {
    name: 'packages',
    files: { ...MODEL, 'packages.yml': 'packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0' },
    code: 'PROJECT_UNSUPPORTED',
    message: 'packages.yml:2: installing packages is not supported.',
  },
  {
    name: 'a snapshot',
    files: { ...MODEL, 'snapshots/s.sql': '{% snapshot s %}{% endsnapshot %}' },
    code: 'PROJECT_UNSUPPORTED',
    message: 'snapshots/s.sql:1: a snapshot is not supported.',
  },
  {
    name: 'a Python model',
    files: { ...MODEL, 'models/p.py': 'def model(): ...' },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/p.py:1: a Python model is not supported.',
  },
  {
    name: 'hooks of the whole run',
    files: { ...MODEL, 'dbt_project.yml': 'name: shop\non-run-start:\n  - select 1' },
    code: 'PROJECT_UNSUPPORTED',
    message: 'dbt_project.yml:2: the hook on-run-start is not supported.',
  },
  {
    name: 'a setting of dbt_project.yml there is not',
    files: { ...MODEL, 'dbt_project.yml': 'name: shop\nmodel-path: [models]' },
    code: 'PROJECT_UNSUPPORTED',
    message: 'dbt_project.yml:2: the property model-path is not supported.',
  },
  {
    name: 'a property there is not',
    files: {
      ...MODEL,
      'models/m.yml': 'models:\n  - name: m\n    columns:\n      - name: x\n        colour: red',
    },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/m.yml:5: the property colour of models[0].columns[0] is not supported.',
    fix: 'Supported here: name, description, columns, config, data_tests, tests, tags, meta, docs.',
  },
  {
    name: 'a property of the wrong type',
    files: {
      ...MODEL,
      'models/m.yml': 'models:\n  - name: m\n    columns:\n      - name: x\n        quote: maybe',
    },
    code: 'PROJECT_INVALID',
    message: 'models/m.yml:5: models[0].columns[0].quote: expected boolean, received string',
  },
  {
    name: 'a setting of the wrong type',
    files: { ...MODEL, 'models/m.yml': 'models:\n  - name: m\n    config:\n      enabled: sure' },
    code: 'PROJECT_INVALID',
    message: 'models/m.yml:4: config enabled: expected boolean, received string',
  },
  {
    name: 'YAML that does not parse',
    files: { ...MODEL, 'models/m.yml': 'models:\n  - name: m\n  description: x: y' },
    code: 'PROJECT_INVALID',
    message: 'models/m.yml:3: not valid YAML: ',
  },
  {
    name: 'a data test there is not',
    files: {
      ...MODEL,
      'models/m.yml': 'models:\n  - name: m\n    columns:\n      - name: x\n        data_tests: [uniqe]',
    },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/m.yml:5: the data test uniqe is not supported.',
    fix: 'Supported here: accepted_values, not_null, relationships, unique (did you mean unique?).',
  },
  {
    name: 'an argument a data test does not take',
    files: {
      ...MODEL,
      'models/m.yml':
        'models:\n  - name: m\n    columns:\n      - name: x\n        data_tests:\n          - accepted_values: {arguments: {vals: [1]}}',
    },
    code: 'PROJECT_INVALID',
    message:
      'models/m.yml:6: the data test accepted_values has no argument vals (it takes column_name, values, quote)',
  },
  {
    name: 'a data test whose arguments are not indented',
    files: {
      ...MODEL,
      'models/m.yml': 'models:\n  - name: m\n    data_tests:\n      - accepted_values:\n        values: [1]',
    },
    code: 'PROJECT_INVALID',
    message:
      'models/m.yml:4: a data test has one name; found accepted_values, values (are its arguments indented?)',
  },
  {
    name: 'a docs block there is not',
    files: { ...MODEL, 'models/m.yml': 'models:\n  - name: m\n    description: "{{ doc(\'mm\') }}"' },
    code: 'RENDER_FAILED',
    message: 'models/m.yml:2: there is no docs block mm. Write one in a .md file beside the models.',
  },
  {
    name: 'a unit test with an input its model does not read',
    files: {
      ...MODEL,
      'models/n.sql': 'select 1 as y',
      'models/m.yml':
        "unit_tests:\n  - name: t\n    model: m\n    given:\n      - input: ref('n')\n        rows: []\n    expect: {rows: []}",
    },
    code: 'PROJECT_INVALID',
    message: "models/m.yml:5: m does not read ref('n')",
  },
  {
    name: 'a unit test with a fixture there is not',
    files: {
      ...MODEL,
      'models/m.yml': 'unit_tests:\n  - name: t\n    model: m\n    expect: {format: csv, fixture: f}',
    },
    code: 'PROJECT_INVALID',
    message: 'models/m.yml:4: there is no fixture f.csv below tests/fixtures',
  },
  {
    name: 'a unit test of a model there is not',
    files: { ...MODEL, 'models/m.yml': 'unit_tests:\n  - name: t\n    model: mm\n    expect: {rows: []}' },
    code: 'REFERENCE_UNKNOWN',
    message: "models/m.yml:3: ref('mm') names no model or seed of this project.",
  },
  {
    name: 'a unit test that replaces a macro there is not',
    files: {
      ...MODEL,
      'models/m.yml':
        'unit_tests:\n  - name: t\n    model: m\n    overrides: {macros: {dbt.hash: x}}\n    expect: {rows: []}',
    },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/m.yml:4: overriding the macro dbt.hash is not supported.',
  },
  {
    name: 'a package in a model',
    files: { 'models/m.sql': "select\n{{ dbt_utils.star('x') }}" },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/m.sql:2: the package dbt_utils is not supported.',
  },
  {
    name: 'a macro that is never closed',
    files: { ...MODEL, 'macros/a.sql': '\n{% macro f() %}' },
    code: 'PROJECT_INVALID',
    message: 'macros/a.sql:2: {% macro f() %} is never closed',
  },
  {
    name: 'a materialization of its own',
    files: { ...MODEL, 'macros/a.sql': '{% materialization mine, default %}{% endmaterialization %}' },
    code: 'PROJECT_UNSUPPORTED',
    message: 'macros/a.sql:1: {% materialization %} is not supported.',
  },
  {
    name: 'a source in another database',
    files: {
      ...MODEL,
      'models/s.yml': 'sources:\n  - name: raw\n    database: other\n    tables: [{name: t}]',
    },
    code: 'PROJECT_UNSUPPORTED',
    message: 'models/s.yml:3: a source in another database (other) is not supported.',
  },
];

describe('a project that is wrong', () => {
  it.each(CASES)('$name', ({ files, code, message, fix }) => {
    const failure = failureOf(() => {
      const compiler = openFiles(files);
      for (const id of Object.keys(compiler.manifest.nodes)) compiler.compile(id);
    });
    expect({ code: failure.code, message: failure.message.slice(0, message.length) }).toEqual({
      code,
      message,
    });
    if (fix !== undefined) expect(failure.fix).toBe(fix);
  });

  it('is told apart from a folder without a project', () => {
    expect(failureOf(() => openFiles({ 'dbt_project.yml': '' })).code).toBe('PROJECT_INVALID');
  });

  it('is read over where nothing would be built from it', () => {
    const messages: CompilerMessage[] = [];
    const files = { ...MODEL, 'models/m.yml': 'models:\n  - name: gone\nsemantic_models: [{name: s}]' };
    openFiles(files, { messages });
    expect(messages.map((message) => message.text.replace(/^.*tenure-\w+\//, ''))).toEqual([
      'models/m.yml:3: semantic_models are not read: they take no part in a build',
      'models/m.yml:2: there is no model gone; what is written here has no effect',
    ]);
  });

  it('leaves the engine whole: the next project renders', () => {
    expect(failureOf(() => openFiles({ 'models/m.sql': "{{ var('x') }}" })).code).toBe('RENDER_FAILED');
    expect(openFiles(MODEL).compile('model.shop.m')).toBe('select 1 as x');
  });
});
