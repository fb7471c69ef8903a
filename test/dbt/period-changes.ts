/**
 * Statements that make customers get their first period late (place 1 of the table customer_places), or leave and return
 * (place 2).
 */
export const PERIOD_CHANGES = [
  `delete from raw.subscription_periods where valid_from < '2026-02-05'
     and customer_id in (select customer_id from customer_places where place = 1)`,
  `delete from raw.subscription_periods where valid_from > '2025-12-01'
     and customer_id in (select customer_id from customer_places where place = 2)`,
  `insert into raw.subscription_periods
     select p.* replace (back as valid_from, cast(null as date) as valid_to, kind as change_type)
     from raw.subscription_periods as p
     cross join (values (date '2025-12-20', 'churn'), (date '2026-02-10', 'reactivation')) as turns (back, kind)
     where valid_from <= '2025-12-01' and change_type <> 'churn'
       and customer_id in (select customer_id from customer_places where place = 2)
     qualify row_number() over (partition by subscription_id, back order by valid_from desc) = 1`,
] as const;
