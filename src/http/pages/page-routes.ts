import type { Hono } from 'hono';
import type { HttpEnvironment, Served } from '../http-environment.ts';
import { addCataloguePages } from './catalogue-pages.ts';
import { addCustomerPages } from './customer-pages.tsx';
import { addDashboardPages } from './dashboard-pages.ts';
import { addMilestonePages } from './milestone-pages.tsx';
import { addModelPages } from './model-pages.tsx';

/** Everything people open in a browser. */
export function addPageRoutes(app: Hono<HttpEnvironment>, served: Served): void {
  app.get('/', (context) => context.redirect(`/dashboards/executive${new URL(context.req.url).search}`));
  addDashboardPages(app, served);
  addCataloguePages(app, served);
  addCustomerPages(app, served);
  addMilestonePages(app, served);
  addModelPages(app, served);
}
