export { compileModel, type PageDays } from './compile-model-store.ts';
export type {
  Dashboard,
  Tile,
  TileAsk,
  TileModel,
} from './dashboard-definition.ts';
export {
  COMPARISONS,
  type PageState,
  parsePageState,
  RANGES,
  renderPageState,
  shiftPageState,
} from './page-state.ts';
export { findTile, hasTime, planAsk, shareQuestions, type TileQuestion } from './plan-tile.ts';
export { type DashboardWorld, readDashboard } from './read-dashboards.ts';
export type { SurvivalLine, TileAnswer, TileColumn, TileReceipt } from './tile-answer.ts';
