export { compileModel, type PageDays } from './compile-model-store.ts';
export {
  CHARTS,
  type Dashboard,
  type Tile,
  type TileAsk,
  type TileModel,
  type Unit,
} from './dashboard-definition.ts';
export {
  COMPARISONS,
  type PageState,
  parsePageState,
  RANGES,
  renderPageState,
  shiftPageState,
} from './page-state.ts';
export { findTile, planAsk, shareQuestions, type TileQuestion } from './plan-tile.ts';
export { type DashboardWorld, listPlaceholders, readDashboard } from './read-dashboards.ts';
export type { SurvivalLine, TileAnswer, TileColumn, TileReceipt } from './tile-answer.ts';
