import { quoteRelation } from '../base/index.ts';
import type { TenureContext } from './context.ts';
import { openProject } from './project.ts';

/** A mart as it is shown after a build. */
export interface MartOverview {
  readonly name: string;
  readonly rows: number;
  /** "One row per …", from the model's description. */
  readonly grain: string;
}

/** The marts of the warehouse with their sizes, by name. */
export async function fetchMartOverview(context: TenureContext): Promise<readonly MartOverview[]> {
  const { manifest } = openProject(context);
  const marts = Object.values(manifest.nodes)
    .filter((node) => node.resource_type === 'model' && node.schema === 'marts')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const engine = await context.storage.open('warehouse');
  try {
    const overview: MartOverview[] = [];
    for (const mart of marts) {
      const [row] = await engine.query(`select count(*) as n from ${quoteRelation(mart.schema, mart.alias)}`);
      const grain = mart.description.split(/(?<=\.)\s/)[0] ?? '';
      overview.push({ name: mart.name, rows: Number(row?.['n'] ?? 0), grain });
    }
    return overview;
  } finally {
    await engine.close();
  }
}

/** A first look at a warehouse. */
export const SAMPLE_QUERIES = [
  {
    title: 'The most valuable buyers (customer_lifetime_value)',
    sql: `from customer_lifetime_value select user_id, acquisition_channel, total_conversions, total_revenue, ltv_segment
          order by total_revenue desc, user_id limit 5`,
  },
  {
    title: 'The widest funnels (funnel_conversion_analysis)',
    sql: `from funnel_conversion_analysis select campaign_name, channel, total_impressions, total_clicks, total_sessions,
          total_conversions order by total_impressions desc, campaign_id limit 5`,
  },
  {
    title: 'Customers who went quiet (mart_customer_churn_features)',
    sql: `from mart_customer_churn_features select customer_id, mrr, plan_tier, events_last_30d, days_since_last_event,
          high_priority_tickets order by days_since_last_event desc nulls first, customer_id limit 5`,
  },
] as const;
