import { MARKETING_IDS, renderMoment, renderVisitId } from './campaign-plan-store.ts';
import type { GeneratorContext } from './generator.ts';

/** What visitors buy without a contract, seats in a training and audit kits, in cents. */
const PRICES = [2900, 4900, 4900, 7900, 9999, 14_900, 14_900, 19_900, 24_999, 39_900];

const PURCHASES = {
  /** Chance that a buyer buys on a visit; on the last it always does. */
  share: 0.6,
  /** Share of buyers with three visits or more whose last gives back what they bought on the one before. */
  refunds: 0.12,
};

/** The visits on which something is bought or given back, with what it was worth. */
function renderPurchases({ chance }: GeneratorContext): string {
  return `
    chosen as (
      select *, ${chance.key('visitor_no', 'buyer')} as h, buyer_visits - visit_no as left_over
      from scratch.buying_visits
      where buyer_visits is not null
    ), keyed as (
      select *, ${chance.subkey('h', 'visit_no')} as hv,
        buyer_visits >= 3 and left_over <= 2
          and ${chance.unit('h', 'refund')} < ${PURCHASES.refunds} as is_refunder
      from chosen
    ), bought as (
      select *, is_refunder and left_over = 1 as is_refund,
        case when is_refunder and left_over = 1 then visit_no - 1 else visit_no end as priced_visit
      from keyed
      where is_refunder or left_over = 1 or ${chance.unit('hv', 'buys')} < ${PURCHASES.share}
    ), priced as (
      select *, ${chance.subkey('h', 'priced_visit')} as price_key from bought
    ), purchases as (
      select visitor_no, visit_no, visitor_id, campaign_no, day_no, second + seconds * 3 // 4 as second,
        null::varchar as customer_id,
        case when is_refund then -1 else 1 end
          * [${PRICES.join(', ')}][1 + ${chance.pick('price_key', 'price', PRICES.length)}] as cents
      from priced
    )`;
}

/**
 * `marketing.conversions`: one row per conversion and attribution model. Each customer's first month on the
 * day it signs, and small purchases of other visitors, some of them given back. The credit goes to the
 * campaign of the visitor's first contact or of the latest, the visit itself; none when that had none.
 */
export async function writeConversions(context: GeneratorContext): Promise<void> {
  const { engine, plan, stamp } = context;
  await engine.execute(`
    create table scratch.buying_visits as
    select visitor_no, visit_no, visitor_id, day_no, second, seconds, campaign_no, buyer_visits, customer_no
    from scratch.visits
    where is_buying;
    insert into marketing.conversions by name
    with ${renderPurchases(context)}, signings as (
      select visits.visitor_no, visits.visit_no, visits.visitor_id, visits.campaign_no, visits.day_no,
        leads.closing_second as second, leads.customer_id, leads.mrr_cents as cents
      from scratch.buying_visits as visits
      inner join scratch.leads as leads on leads.lead_no = visits.visitor_no
      where visits.customer_no is not null
    ), conversions as (
      select * from signings union all select * from purchases
    ), credited as (
      select conversions.*, date '${plan.asOf}' - ${plan.days} + conversions.day_no as date,
        models.attribution_model,
        case models.attribution_model when 'first_touch' then firsts.campaign_no
          else conversions.campaign_no end as credited_no
      from conversions
      inner join (
        select visitor_no, campaign_no from scratch.buying_visits where visit_no = 0
      ) as firsts using (visitor_no)
      cross join (values ('first_touch'), ('last_touch')) as models(attribution_model)
    )
    select ${renderVisitId('k')} as conversion_id, ${renderVisitId('s')} as session_id, date,
      visitor_id as user_id,
      ${MARKETING_IDS.campaign('credited_no')} as attributed_campaign_id,
      attribution_model, cents::decimal(14, 0) / 100 as conversion_value,
      ${renderMoment(context, 'day_no', 'second')} as "timestamp",
      year(date) as year, month(date) as month, day(date) as day, customer_id, ${stamp}
    from credited
    order by day_no, second, visitor_no, attribution_model`);
}
