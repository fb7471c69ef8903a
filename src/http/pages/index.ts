export { addPageRoutes } from './page-routes.ts';
