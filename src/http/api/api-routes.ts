import { ALERT_ROUTES, alertHandlers } from './alert-routes.ts';
import { ANALYSIS_ROUTES, analysisHandlers } from './analysis-routes.ts';
import type { ApiHandlers } from './api-route.ts';
import { CELEBRATION_ROUTES, celebrationHandlers } from './celebration-routes.ts';
import { CUSTOMER_ROUTES, customerHandlers } from './customer-routes.ts';
import { METRIC_ROUTES, metricHandlers } from './metric-routes.ts';
import { MILESTONE_ROUTES, milestoneHandlers } from './milestone-routes.ts';
import { NOTIFICATION_ROUTES, notificationHandlers } from './notification-routes.ts';
import { OPERATION_ROUTES, operationHandlers } from './operation-routes.ts';
import { SCORE_ROUTES, scoreHandlers } from './score-routes.ts';

/** Every address of the API by its operation id. */
export const API_ROUTES = {
  ...METRIC_ROUTES,
  ...CUSTOMER_ROUTES,
  ...SCORE_ROUTES,
  ...ANALYSIS_ROUTES,
  ...MILESTONE_ROUTES,
  ...CELEBRATION_ROUTES,
  ...ALERT_ROUTES,
  ...NOTIFICATION_ROUTES,
  ...OPERATION_ROUTES,
};

export type ApiRoutes = typeof API_ROUTES;

export const API_HANDLERS: ApiHandlers<ApiRoutes> = {
  ...metricHandlers,
  ...customerHandlers,
  ...scoreHandlers,
  ...analysisHandlers,
  ...milestoneHandlers,
  ...celebrationHandlers,
  ...alertHandlers,
  ...notificationHandlers,
  ...operationHandlers,
};
