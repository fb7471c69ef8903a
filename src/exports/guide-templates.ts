import type { ExportDashboard } from './export-world.ts';

interface GuideTemplate {
  readonly name: string;
  readonly title: string;
  /** The name of a chart in the guide → the tile that shows it: `dashboard.tile`. */
  readonly charts: Readonly<Record<string, string>>;
}

/** The dashboard templates of the guide to the metrics layer: its names of charts, our tiles. */
const GUIDE_TEMPLATES: readonly GuideTemplate[] = [
  {
    name: 'guide-executive',
    title: 'Executive Dashboard',
    charts: {
      'Total MRR': 'executive.mrr',
      'Active Customers': 'executive.active_customers',
      'Overall Health Score': 'executive.health',
      'MRR trend': 'executive.mrr_trend',
      'DAU/MAU trend': 'executive.stickiness',
      'Customer health by segment': 'executive.health_by_segment',
      'Pipeline coverage': 'executive.pipeline_coverage',
      'Win rate': 'executive.win_rate',
    },
  },
  {
    name: 'guide-customer-success',
    title: 'CS Dashboard',
    charts: {
      'At-risk customers': 'customer-success.at_risk',
      'Health score distribution': 'customer-success.health_distribution',
      'Support ticket volume and resolution rate': 'customer-success.support',
      'Health score vs engagement score': 'customer-success.health_engagement',
    },
  },
  {
    name: 'guide-sales',
    title: 'Sales Dashboard',
    charts: {
      'Pipeline by stage': 'sales.pipeline',
      'Rep performance ranking': 'sales.reps',
      'Bookings vs quota': 'sales.bookings_quota',
      'Top deals by value': 'sales.top_deals',
    },
  },
  {
    name: 'guide-product',
    title: 'Product Dashboard',
    charts: {
      'DAU, WAU, MAU trends': 'product.active_users',
      'User segments': 'product.segments',
      'Feature adoption matrix': 'product.adoption',
      'Platform usage distribution': 'product.platforms',
    },
  },
];

function buildTemplate(
  { name, title, charts }: GuideTemplate,
  dashboards: readonly ExportDashboard[],
): ExportDashboard {
  const sources = new Map(dashboards.map((dashboard) => [dashboard.name, dashboard]));
  const filters = new Set<string>();
  const tiles = Object.entries(charts).map(([chart, place]) => {
    const [dashboard = '', tileName = ''] = place.split('.');
    const source = sources.get(dashboard);
    for (const filter of source?.filters ?? []) filters.add(filter);
    const tile = source?.tiles.find((one) => one.name === tileName);
    // A workspace may have put a dashboard of its own in the place of ours.
    return { ...(tile ?? { chart: 'missing' }), name: tileName, title: chart };
  });
  return {
    name,
    title,
    purpose: 'A template of the guide to the metrics layer.',
    filters: [...filters],
    tiles,
  };
}

/** The templates as dashboards over the tiles of the dashboards there are. */
export function listGuideTemplates(dashboards: readonly ExportDashboard[]): readonly ExportDashboard[] {
  return GUIDE_TEMPLATES.map((template) => buildTemplate(template, dashboards));
}
