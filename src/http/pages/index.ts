export { addAssetRoutes } from './asset-routes.ts';
export { addPageRoutes } from './page-routes.ts';
