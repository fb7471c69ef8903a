/** Who a customer is, as the warehouse has it. Null is unknown. Days are `YYYY-MM-DD`, times ISO 8601 in UTC. */
export interface CustomerProfile {
  readonly customerId: string;
  readonly customerName: string;
  /** The day the warehouse was built for. */
  readonly asOf: string;
  readonly planTier: string | null;
  readonly segment: string | null;
  readonly industry: string | null;
  readonly csmId: string | null;
  readonly csmName: string | null;
  readonly timezone: string | null;
  readonly contactName: string | null;
  readonly contactEmail: string | null;
  /** True when it agreed to be named in public. */
  readonly isReferenceOk: boolean | null;
  readonly signupDate: string | null;
  readonly tenureDays: number | null;
  readonly churnDate: string | null;
  /** False where it has no contract on the day. */
  readonly isActive: boolean;
  readonly firstValueOn: string | null;
  readonly seats: number | null;
  readonly renewsOn: string | null;
  readonly openExpansions: number | null;
}

/** The figures of a customer on the day, by the names of the metrics; only of one with a contract. */
export interface CustomerFigures {
  /** USD a month. */
  readonly currentMrr: number | null;
  readonly previousMonthMrr: number | null;
  readonly mrrAtRisk: number | null;
  readonly customerHealthScore: number | null;
  readonly healthBand: string;
  readonly healthTrend30d: number | null;
  readonly healthCoveragePct: number | null;
  readonly healthVersion: number | null;
  /** Why the score was set by hand; null where it was not. */
  readonly overrideReason: string | null;
  readonly churnRiskScore: number | null;
  readonly churnTier: string | null;
  readonly expansionPotentialScore: number | null;
  readonly expansionTier: string | null;
  readonly isUpgraded: boolean;
  /** keep, grow, save, save and grow. */
  readonly quadrant: string | null;
  readonly users: number | null;
  readonly dailyActiveUsers: number | null;
  readonly weeklyActiveUsers: number | null;
  readonly monthlyActiveUsers: number | null;
  /** 30 days against the 30 before, as a share. */
  readonly usageChange: number | null;
  readonly events30d: number | null;
  readonly coreFeatureAdoptionRate: number | null;
  readonly openTickets: number | null;
  readonly supportTickets30d: number | null;
  readonly avgTicketResolutionHours: number | null;
  readonly npsScore: number | null;
  readonly csatScore: number | null;
  readonly score7dAgo: number | null;
  readonly score30dAgo: number | null;
  readonly whatMoved7d: string | null;
  readonly whatMoved30d: string | null;
}

/** What a component of the health score earns and loses, in points of the score. */
export interface HealthPoints {
  readonly component: string;
  readonly componentScore: number | null;
  readonly pointsEarned: number | null;
  readonly pointsLost: number | null;
  readonly pointsEarned7dAgo: number | null;
  readonly pointsEarned30dAgo: number | null;
}

/** A day of a customer. */
export interface CustomerDay {
  readonly metricDate: string;
  readonly isActive: boolean;
  readonly healthScore: number | null;
  readonly mrr: number | null;
  /** Null where no usage is on record. */
  readonly events: number | null;
  readonly dailyActiveUsers: number | null;
  readonly weeklyActiveUsers: number | null;
}

export interface FeatureUse {
  readonly featureId: string;
  readonly featureName: string;
  readonly category: string | null;
  readonly uses30d: number;
  readonly uses90d: number;
  readonly lastUsedOn: string;
}

/** What a model says of a customer. */
export interface CustomerScore {
  readonly model: string;
  readonly version: string;
  /** 0 to 1. */
  readonly probability: number;
  readonly tier: string;
  readonly baseRate: number | null;
  /** The strongest first; a contribution is in log-odds, above 0 it raises the probability. */
  readonly reasons: readonly {
    readonly feature: string;
    readonly value: string | null;
    readonly contribution: number;
    readonly words: string;
  }[];
}

/** A subscription as it was from a day on. */
export interface SubscriptionChange {
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly changeType: string;
  readonly planTier: string | null;
  /** USD a month. */
  readonly mrr: number | null;
  readonly seats: number | null;
  readonly billingInterval: string | null;
  readonly termEnd: string | null;
}

export interface Deal {
  readonly oppId: string;
  readonly opportunityType: string | null;
  readonly stage: string;
  readonly isOpen: boolean;
  /** USD a year. */
  readonly amount: number | null;
  readonly closeDate: string | null;
  /** `sales_owner` as it was loaded. */
  readonly salesOwner: string | null;
  /** Who owns it, by the name that the sales metrics have. */
  readonly ownerName: string | null;
}

export interface Ticket {
  readonly ticketId: string;
  readonly createdDate: string;
  readonly priority: string | null;
  readonly topic: string | null;
  readonly isOpen: boolean;
  readonly resolutionHours: number | null;
}

export interface SurveyAnswer {
  readonly surveyType: string;
  readonly wave: string | null;
  readonly respondedAt: string;
  readonly score: number;
}

export interface Goal {
  readonly name: string | null;
  readonly goalType: string | null;
  readonly unit: string | null;
  readonly targetValue: number | null;
  readonly achievedValue: number | null;
  readonly targetDate: string | null;
  readonly achievedAt: string | null;
}

export interface NextAction {
  readonly rule: string;
  readonly priority: number;
  readonly action: string;
  readonly reason: string;
  /** USD a year. */
  readonly valueUsd: number | null;
}

/** Everything the warehouse says of one customer. */
export interface CustomerFile {
  readonly profile: CustomerProfile;
  /** Null without a contract on the day. */
  readonly figures: CustomerFigures | null;
  readonly points: readonly HealthPoints[];
  /** A year of days, the first one first. */
  readonly days: readonly CustomerDay[];
  /** Of the last 90 days, the most used first. */
  readonly features: readonly FeatureUse[];
  readonly scores: readonly CustomerScore[];
  readonly subscriptions: readonly SubscriptionChange[];
  readonly deals: readonly Deal[];
  /** Open ones first, then the latest. */
  readonly tickets: readonly Ticket[];
  readonly surveys: readonly SurveyAnswer[];
  readonly goals: readonly Goal[];
  readonly actions: readonly NextAction[];
}
