export { renderApiDocsPage } from './api-docs-page.tsx';
export { renderErrorPage } from './error-page.tsx';
export { renderModelCard } from './model-card-page.ts';
export { renderSignInPage } from './sign-in-page.tsx';
