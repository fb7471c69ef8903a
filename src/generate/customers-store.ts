import type { GeneratorContext } from './generator.ts';
import { TIER_NAMES } from './product.ts';

/** Lines of business, with their shares. */
const INDUSTRIES = [
  ['fintech', 0.24],
  ['saas', 0.24],
  ['healthtech', 0.18],
  ['hr tech', 0.13],
  ['proptech', 0.11],
  ['legaltech', 0.1],
] as const;

/** Log size from which a customer is more than small, and from which it counts as an enterprise, by tier at signup. */
const SEGMENTS = { small: [0.75, 0.35, 0], large: [2, 1.6, 0.6] } as const;

/** Whether a customer may be named in public: a logistic on its disposition at signup. */
const REFERENCE = { base: -0.9, bySatisfaction: 0.9 } as const;

/** The industry, by a draw: the last takes what is left. */
function renderIndustry(draw: string): string {
  let sum = 0;
  const cases = INDUSTRIES.slice(0, -1).map(([name, share]) => {
    sum += share;
    return `when ${draw} < ${sum.toFixed(2)} then '${name}'`;
  });
  return `case ${cases.join(' ')} else '${INDUSTRIES.at(-1)?.[0]}' end`;
}

/** A name as a part of an address: letters and digits, the rest as one separator. */
function renderSlug(name: string, separator: string): string {
  const plain = `replace(lower(strip_accents(${name})), '''', '')`;
  return `trim(regexp_replace(${plain}, '[^a-z0-9]+', '${separator}', 'g'), '${separator}')`;
}

/**
 * `raw.customers`: one row per customer, as it stands at the end of the history. Its segment is the one it had at
 * signup, so that it says nothing of what came later; addresses end in `.example`, which nobody can own.
 */
export async function writeCustomers(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  const tiers = TIER_NAMES.map((name) => `'${name}'`).join(', ');
  await engine.execute(`
    insert into raw.customers by name
    with placed as (
      select accounts.*, traits.satisfaction, ${chance.unit('accounts.h', 'industry')} as trade,
        ${chance.pick('accounts.h', 'contact', '(select count(*) from scratch.people)')} as person_no
      from scratch.accounts as accounts inner join scratch.traits as traits using (customer_no)
    )
    select
      placed.customer_id,
      ${renderIndustry('placed.trade')} as industry,
      [${tiers}][placed.tier] as plan_tier,
      placed.signup_date,
      placed.mrr_cents::decimal(14, 0) / 100 as mrr,
      placed.churn_date,
      placed.upgrade_date,
      placed.name,
      case
        when placed.size < [${SEGMENTS.small}][placed.first_tier] then 'smb'
        when placed.size < [${SEGMENTS.large}][placed.first_tier] then 'mid-market'
        else 'enterprise'
      end as segment,
      charges.member_id as csm_id,
      placed.timezone,
      concat(people.first_name, ' ', people.last_name) as contact_name,
      concat(${renderSlug('people.first_name', '.')}, '.', ${renderSlug('people.last_name', '.')}, '@',
        ${renderSlug('placed.name', '-')}, '.example') as contact_email,
      ${chance.unit('placed.h', 'reference')}
        < 1 / (1 + exp(-(${REFERENCE.base} + ${REFERENCE.bySatisfaction} * placed.satisfaction))) as is_reference_ok,
      ${stamp}
    from placed
    inner join scratch.people as people using (person_no)
    left join scratch.csm_of as charges using (customer_no)
    order by placed.customer_no`);
}
