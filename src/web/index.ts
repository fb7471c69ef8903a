export { openAssets } from './assets.ts';
export { renderDashboardPage } from './dashboard-page.tsx';
export { renderMessagePage } from './message-page.tsx';
export { renderModelCard } from './model-card-page.ts';
export type { PageFrame, Place } from './page-shell.tsx';
export { renderReceiptPage } from './receipt-page.tsx';
export { renderTileCsv } from './tile-csv.ts';
