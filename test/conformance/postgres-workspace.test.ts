import { describe, expect, it } from 'vitest';
import { hasPostgres, POSTGRES_MISSING, startPostgresTarget } from './target-servers.ts';
import { describeWorkspace } from './workspace-suite.ts';

describe.skipIf(!hasPostgres)(`in PostgreSQL (${POSTGRES_MISSING})`, () => {
  describeWorkspace(startPostgresTarget, 'postgres', (pair) => {
    it('keeps the rights and the views of others', async () => {
      const { there, warehouse } = pair();
      await warehouse.execute('create role reader');
      await warehouse.execute('grant usage on schema marts to reader');
      await warehouse.execute('create schema ours');
      await warehouse.execute(
        'create view ours.buyers as select user_id, total_revenue from marts.customer_lifetime_value',
      );
      const before = await warehouse.query('select count(*) as n from ours.buyers');
      expect((await there.build()).isPublished).toBe(true);
      expect(await warehouse.query('select count(*) as n from ours.buyers')).toEqual(before);
      const [row] = await warehouse.query(
        `select has_table_privilege('reader', 'marts.customer_lifetime_value', 'select') as may`,
      );
      expect(row).toEqual({ may: true });
      const [view] = await warehouse.query(`select pg_get_viewdef('ours.buyers'::regclass) as text`);
      expect(view?.['text']).toContain('marts.customer_lifetime_value');
      await warehouse.execute(
        'create materialized view ours.stored as select * from marts.customer_lifetime_value',
      );
      await expect(there.build()).rejects.toMatchObject({
        code: 'VIEWS_IN_THE_WAY',
        message: expect.stringContaining('"ours"."stored"'),
      });
      expect(await warehouse.query('select count(*) as n from ours.stored')).toEqual(before);
      await warehouse.execute('drop schema ours cascade');
      expect((await there.build()).isPublished).toBe(true);
    });
  });
});
