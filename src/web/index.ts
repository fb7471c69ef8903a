export { renderErrorPage } from './error-page.tsx';
export { renderModelCard } from './model-card-page.ts';
export { renderSignInPage } from './sign-in-page.tsx';
