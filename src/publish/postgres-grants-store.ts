import { quoteIdentifier } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { quoteTable } from './publish-job.ts';

interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** A privilege somebody has on a table that is not theirs. */
export interface Grant {
  /** Null for the table as a whole. */
  readonly column: string | null;
  readonly privilege: string;
  /** In the words of a statement: a quoted role, or `public`. */
  readonly grantee: string;
  readonly isGrantable: boolean;
}

const GRANTS = `
with relation as (select oid, relowner, relacl from pg_class where oid = to_regclass($1)),
entries as (
    select null as column_name, relowner as owner, aclexplode(relacl) as entry from relation
    union all
    select attribute.attname, relation.relowner, aclexplode(attribute.attacl)
    from relation inner join pg_attribute as attribute on attribute.attrelid = relation.oid
    where attribute.attacl is not null and not attribute.attisdropped
    union all
    select null, defaclrole, aclexplode(defaclacl)
    from pg_default_acl
    where to_regclass($1) is null and defaclobjtype = 'r'
        and defaclnamespace = to_regnamespace($2) and defaclrole = current_user::regrole
)
select
    column_name,
    (entry).privilege_type as privilege,
    case when (entry).grantee <> 0 then pg_get_userbyid((entry).grantee) end as grantee,
    (entry).is_grantable as is_grantable
from entries
where (entry).grantee <> owner
order by 1, 2, 3`;

/** The privileges on a table; on one that is not there, those the schema gives to new tables of this role. */
export async function listGrants(to: Engine, table: TableName): Promise<readonly Grant[]> {
  const rows = await to.query(GRANTS, [quoteTable(table), quoteIdentifier(table.schema)]);
  return rows.map((row) => ({
    column: row['column_name'] === null ? null : String(row['column_name']),
    privilege: String(row['privilege']),
    grantee: row['grantee'] === null ? 'public' : quoteIdentifier(String(row['grantee'])),
    isGrantable: row['is_grantable'] === true,
  }));
}

export function renderGrant({ column, privilege, grantee, isGrantable }: Grant, table: TableName): string {
  const columns = column === null ? '' : ` (${quoteIdentifier(column)})`;
  const option = isGrantable ? ' with grant option' : '';
  return `grant ${privilege}${columns} on ${quoteTable(table)} to ${grantee}${option}`;
}

export function renderRevoke({ privilege, grantee }: Grant, table: TableName): string {
  return `revoke ${privilege} on ${quoteTable(table)} from ${grantee}`;
}
