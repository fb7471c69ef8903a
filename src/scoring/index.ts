export { createScoringTables } from './scoring-tables-store.ts';
