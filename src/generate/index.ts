export { buildCompanyPlan, type CompanyPlan, type CompanyRequest, PRESETS } from './company-plan.ts';
export {
  type CompanyProgress,
  type WrittenTable,
  writeCompany,
} from './company-store.ts';
export { PARAMETERS } from './parameters.ts';
