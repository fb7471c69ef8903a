export { renderModelCard } from './model-card-page.ts';
