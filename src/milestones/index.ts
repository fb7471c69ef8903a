export { definitionSchema, type MilestoneDefinition, type StoredDefinition } from './definition.ts';
export { listDefinitions, saveDefinitions } from './definitions-store.ts';
export { listMilestones, type MilestoneFilter } from './list-milestones-store.ts';
export type { MilestoneEngines } from './milestone-engines-store.ts';
export { type MilestonePreview, runPreview } from './preview-store.ts';
export { buildDefinitionsSchema, readDefinitions } from './read-definitions.ts';
export {
  type ChangedMilestone,
  type DetectionCounts,
  type NewMilestone,
  recordDetection,
  recordLarge,
  restoreMilestoneIndex,
} from './record-detection-store.ts';
export { renderWording } from './render-wording.ts';
export { runDetection } from './run-detection-store.ts';
export { fetchUpcoming, type UpcomingReport } from './upcoming-store.ts';
