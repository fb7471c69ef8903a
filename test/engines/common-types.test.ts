import { describe, expect, it } from 'vitest';
import { nameCommonTypes } from '../../src/engines/index.ts';
import { CLICKHOUSE_PROFILE, POSTGRES_PROFILE } from '../../src/engines/profiles.ts';

describe('types by common names', () => {
  it.each([
    ['Nullable(Int64)', 'BIGINT'],
    ['UInt8', 'UTINYINT'],
    ['LowCardinality(Nullable(String))', 'VARCHAR'],
    ['Date32', 'DATE'],
    ['Decimal(18, 2)', 'DECIMAL(18,2)'],
    ['Decimal(76, 9)', 'DOUBLE'],
    ['DateTime64(6)', 'TIMESTAMP'],
    [`Nullable(DateTime64(6, 'UTC'))`, 'TIMESTAMP WITH TIME ZONE'],
    ['Array(Int32)', 'VARCHAR'],
  ])('%s of ClickHouse is %s', (type, expected) => {
    const found = nameCommonTypes([{ name: 'a', type }], { profile: CLICKHOUSE_PROFILE });
    expect(found).toEqual([{ name: 'a', type: expected }]);
  });

  it('leaves those of other engines as they are', () => {
    const columns = [{ name: 'a', type: 'double precision' }];
    expect(nameCommonTypes(columns, { profile: POSTGRES_PROFILE })).toEqual(columns);
  });
});
