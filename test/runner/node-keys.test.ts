import { expect, it } from 'vitest';
import { groupTests, listProvenKeys } from '../../src/runner/index.ts';
import { openFiles } from './project-folder.ts';

const PROPERTIES = `
models:
  - name: sales
    data_tests:
      - unique_combination_of_columns:
          arguments: {combination_of_columns: [day, shop]}
      - unique_combination_of_columns:
          arguments: {combination_of_columns: [day, till]}
    columns:
      - name: id
        data_tests: [unique, not_null]
      - name: receipt
        data_tests:
          - not_null
          - unique: {config: {severity: warn}}
      - name: slip
        data_tests:
          - not_null
          - unique: {config: {where: day > '2026-01-01'}}
      - name: loose
        data_tests:
          - not_null
          - unique: {config: {error_if: '> 10'}}
      - name: till
        data_tests: [unique]
      - name: day
        data_tests: [not_null]
      - name: shop
        data_tests: [not_null]
`;
const TEST = `{% test unique_combination_of_columns(model, combination_of_columns) %}
select 1 as found from {{ model }} where false
{% endtest %}`;

it('a key is what tests prove of every row: unique, filled in, and the build stops where it is not', () => {
  const { manifest } = openFiles({
    'models/sales.sql': 'select 1 as id',
    'models/sales.yml': PROPERTIES,
    'tests/generic/unique_combination_of_columns.sql': TEST,
  });
  const tests = groupTests(manifest).get('model.shop.sales') ?? [];
  expect(listProvenKeys(tests)).toEqual([['id'], ['day', 'shop']]);
});
