/** A feature of the product the company sells: a tool for compliance evidence and monitoring. */
export interface Feature {
  /** At most twelve characters: text that short is stored in place, and events name a feature ten million times. */
  readonly id: string;
  readonly name: string;
  readonly category: 'core' | 'advanced' | 'premium' | 'integration';
  /** Lowest tier: 1 starter, 2 growth, 3 enterprise. */
  readonly tier: 1 | 2 | 3;
  /** When it was released, as a share of the history; below 0 before it began. */
  readonly released: number;
}

/** In the order in which users come to them. */
export const FEATURES: readonly Feature[] = [
  { id: 'evidence', name: 'Evidence library', category: 'core', tier: 1, released: -1.2 },
  { id: 'monitoring', name: 'Control monitoring', category: 'core', tier: 1, released: -1.2 },
  { id: 'reports', name: 'Reports', category: 'core', tier: 1, released: -1.1 },
  { id: 'tasks', name: 'Task board', category: 'core', tier: 1, released: -0.9 },
  { id: 'policies', name: 'Policy templates', category: 'core', tier: 1, released: -0.7 },
  { id: 'team-access', name: 'Team access', category: 'core', tier: 1, released: -0.7 },
  { id: 'reminders', name: 'Reminders', category: 'core', tier: 1, released: 0.12 },
  { id: 'comments', name: 'Comments', category: 'core', tier: 1, released: 0.31 },
  { id: 'public-api', name: 'Public API', category: 'advanced', tier: 1, released: -0.5 },
  { id: 'bulk-import', name: 'Bulk import', category: 'advanced', tier: 1, released: 0.22 },
  { id: 'saved-views', name: 'Saved views', category: 'advanced', tier: 1, released: 0.48 },
  { id: 'guided-setup', name: 'Guided setup', category: 'advanced', tier: 1, released: 0.74 },
  { id: 'controls', name: 'Custom controls', category: 'advanced', tier: 2, released: -0.6 },
  { id: 'approvals', name: 'Approval flows', category: 'advanced', tier: 2, released: -0.3 },
  { id: 'risks', name: 'Risk register', category: 'premium', tier: 2, released: -0.4 },
  { id: 'vendors', name: 'Vendor reviews', category: 'premium', tier: 2, released: 0.17 },
  { id: 'trust-page', name: 'Trust page', category: 'premium', tier: 2, released: 0.41 },
  { id: 'auditors', name: 'Auditor workspace', category: 'premium', tier: 2, released: 0.66 },
  { id: 'residency', name: 'Data residency', category: 'premium', tier: 3, released: -0.4 },
  { id: 'sso', name: 'Single sign-on', category: 'premium', tier: 3, released: -0.4 },
  { id: 'entities', name: 'Multi-entity', category: 'premium', tier: 3, released: 0.27 },
  { id: 'assistant', name: 'Assistant', category: 'premium', tier: 3, released: 0.85 },
  { id: 'cloud', name: 'Cloud connector', category: 'integration', tier: 1, released: -1 },
  { id: 'identity', name: 'Identity connector', category: 'integration', tier: 1, released: -0.8 },
  { id: 'code', name: 'Code connector', category: 'integration', tier: 1, released: -0.5 },
  { id: 'tickets', name: 'Ticket connector', category: 'integration', tier: 1, released: -0.2 },
  { id: 'chat', name: 'Chat connector', category: 'integration', tier: 1, released: 0.09 },
  { id: 'hr', name: 'HR connector', category: 'integration', tier: 1, released: 0.36 },
  { id: 'devices', name: 'Device connector', category: 'integration', tier: 2, released: 0.57 },
];

/** Features that one kind of event always concerns. */
export const EVENT_FEATURES = {
  evidence_upload: 'evidence',
  monitoring_run: 'monitoring',
  report_view: 'reports',
  user_invite: 'team-access',
  api_call: 'public-api',
} as const;

/** Types of events. */
export type EventType =
  | keyof typeof EVENT_FEATURES
  | 'feature_used'
  | 'integration_connect'
  | 'premium_feature_trial';

export const TIER_NAMES = ['starter', 'growth', 'enterprise'] as const;
