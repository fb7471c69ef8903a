export { renderApiDocsPage } from './api-docs-page.tsx';
export { openAssets } from './assets.ts';
export { renderDashboardPage } from './dashboard-page.tsx';
export { renderErrorPage } from './error-page.tsx';
export { renderModelCard } from './model-card-page.ts';
export type { PageFrame, Place } from './page-shell.tsx';
export { renderReceiptPage } from './receipt-page.tsx';
export { renderSignInPage } from './sign-in-page.tsx';
export { renderTileCsv } from './tile-csv.ts';
