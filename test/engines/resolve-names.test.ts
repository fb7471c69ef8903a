import { describe, expect, it } from 'vitest';
import { resolveNames } from '../../src/engines/clickhouse/resolve-names.ts';
import { splitTokens } from '../../src/engines/clickhouse/tokens.ts';

const NAMES = new Map([
  ['customers', '"b7_marts"."customers"'],
  ['marts.customers', '"b7_marts"."customers"'],
  ['days', '"b7_intermediate"."days"'],
]);

const CASES: Readonly<Record<string, readonly [string, string]>> = {
  'a bare name': [
    'select customers.x from customers where x > 0',
    'select customers.x from "b7_marts"."customers" where x > 0',
  ],
  'a name with its schema': [
    'select 1 from marts.customers as c',
    'select 1 from "b7_marts"."customers" as c',
  ],
  'a name in quotes': [
    'select 1 from "marts"."customers" join "days" using (x)',
    'select 1 from "b7_marts"."customers" join "b7_intermediate"."days" using (x)',
  ],
  'a name in capitals': ['SELECT 1 FROM Customers', 'SELECT 1 FROM "b7_marts"."customers"'],
  'names that are not known': [
    'select 1 from other join marts.other on true join raw.customers on true',
    'select 1 from other join marts.other on true join raw.customers on true',
  ],
  'a common table expression, from its end on': [
    'with customers as (select * from customers), more as (select * from days) select * from customers, more',
    'with customers as (select * from "b7_marts"."customers"), more as (select * from "b7_intermediate"."days") select * from customers, more',
  ],
  'one with columns, and one that is kept': [
    'with days(a) as (values (1)), customers as not materialized (select 1) select * from days join customers on true join marts.customers as c on true',
    'with days(a) as (values (1)), customers as not materialized (select 1) select * from days join customers on true join "b7_marts"."customers" as c on true',
  ],
  'only in its own statement': [
    'with days as (select 1) select * from days; select * from days',
    'with days as (select 1) select * from days; select * from "b7_intermediate"."days"',
  ],
  'no argument of a function': [
    'select extract(year from days), trim(both from customers), a is distinct from days from days(3)',
    'select extract(year from days), trim(both from customers), a is distinct from days from days(3)',
  ],
  'a relation inside a function’s query': [
    'select coalesce((select max(x) from days), 0)',
    'select coalesce((select max(x) from "b7_intermediate"."days"), 0)',
  ],
  'no literal and no comment': [
    "select 'from days' -- from days\nfrom days",
    'select \'from days\' -- from days\nfrom "b7_intermediate"."days"',
  ],
};

describe('names of relations', () => {
  for (const [what, [given, expected]] of Object.entries(CASES)) {
    it(what, () => {
      expect(resolveNames(splitTokens(given), NAMES).join('')).toBe(expected);
    });
  }
});
