export { buildCustomerQuestion, parseCustomerAddress } from './customer-address.ts';
export { CustomerListPage } from './customer-list-page.tsx';
export { CustomerPage } from './customer-page.tsx';
export { renderModelCard } from './model-card-page.ts';
export { type PageFrame, type Place, renderPage } from './page-shell.tsx';
export { TENURE_STYLE } from './page-style.ts';
export { ProblemPage } from './problem-page.tsx';
