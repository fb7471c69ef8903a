/**
 * The model behind the synthetic company: every number in one place. Rates are per day, `tenure` is days since
 * signup, triples are starter / growth / enterprise. No number refers to an outcome: churn and upgrade are hazards
 * on the state of the day. Start: the prototype in the design notes, tuned on seeds 1–6 only.
 */
export const PARAMETERS = {
  signup: {
    /** Share that signs up evenly over the first `earlyDays`; the rest with a density that doubles over the window. */
    earlyShare: 0.28,
    earlyDays: 180,
    tierShares: [0.5, 0.34, 0.16],
    /** How long before signup a lead comes in, in days: from `leadDays[0]` to the sum of both. */
    leadDays: [21, 99],
  },
  traits: {
    fitMean: [-0.15, 0.05, 0.35],
    fitSd: 0.9,
    sizeMean: [0, 0.45, 1],
    sizeSd: 0.35,
    satisfactionByFit: 0.2,
    satisfactionSd: 0.58,
    adoptionSd: 0.56,
    retentionMean: 0.1,
    retentionSd: 0.18,
    integrationSd: 0.22,
    appetiteSd: 1.51,
  },
  satisfaction: { memoryDays: 60, sd: 0.53, incidentRate: 0.004, incidentDepth: 1.2 },
  engagement: { memoryDays: 75, sd: 0.61, byFit: 0.55, bySatisfaction: 0.35 },
  appetite: { memoryDays: 90, sd: 0.8, afterUpgrade: -1.5 },
  disengagement: {
    enter: -5.52,
    enterByTier: [0.35, 0, -0.55],
    enterByEngagement: -0.79,
    enterBySatisfaction: -0.9,
    enterByFit: -0.42,
    leaveRate: 0.012,
    leaveBySatisfaction: 0.4,
    deepen: 0.07,
    deepest: 2.8,
    recover: 0.05,
  },
  churn: {
    base: -8.82,
    byTier: [0.25, 0, -0.45],
    byDisengagement: 1.08,
    byEngagement: -0.35,
    bySatisfaction: -0.52,
    fromDay: 14,
  },
  upgrade: { base: -8.3, byTier: [0, -0.25], byAppetite: 1.17, byEngagement: 0.25, fromDay: 21 },
  usage: {
    /** Ordinary events a day of a customer with size 0 and a neutral state. */
    eventsPerDay: 3.8,
    byEngagement: 0.48,
    byDisengagement: -0.68,
    weekNoise: 0.6,
    /** Share of the full rate that is missing on the first day, and how many days it takes to close. */
    startGap: 0.75,
    startDays: 18,
    weekdays: [1.12, 1.18, 1.18, 1.12, 1, 0.68, 0.62],
    season: 0.06,
    /** Extra use in the days after a release. */
    releaseLift: 0.08,
    releaseDays: 10,
    eventsPerSession: 13,
    /** A day without visits has the chance e^(−`visitsByRate` × rate); the other days make up for it. */
    visitsByRate: 0.5,
    retentionByEngagement: 0.31,
    retentionByFit: 0.23,
    retentionByDisengagement: -0.2,
    adoptionBase: 0.05,
    adoptionByFit: 0.44,
    adoptionByEngagement: 0.4,
    adoptionByDisengagement: -0.25,
    adoptionByTenure: 0.35,
    adoptionTenureDays: 120,
    adoptionNoise: 0.08,
  },
  integrations: { early: -1.86, late: -5, earlyDays: 30, byFit: 0.58, byEngagement: 0.25 },
  trials: { base: -3.9, byAppetite: 0.98, byEngagement: 0.2 },
  tickets: {
    base: -5.19,
    bySize: 0.15,
    bySatisfaction: -0.93,
    /** Disengagement counts up to this depth. */
    disengagementCap: 2,
    steady: 0.7,
    start: 1.18,
    startDays: 30,
    urgentBase: -1.1,
    urgentBySatisfaction: -0.79,
    urgentByDisengagement: 0.56,
  },
  users: {
    /** The team of the first weeks: `first` × e^(`bySize` × size). */
    first: 4,
    bySize: 1.5,
    arrivalDays: 4,
    /** Per day and head of the first team, and per day and active user. */
    hire: -5.6,
    departure: -7.2,
    byEngagement: 0.4,
    byDisengagement: -0.4,
    activationBase: 1.6,
    activationByEngagement: 0.7,
    activationDays: 4,
  },
  money: {
    floors: [500, 2000, 8000],
    ceilings: [2000, 8000, 50_000],
    yearlyShares: [0.35, 0.7, 0.95],
    expansion: -7.4,
    expansionByEngagement: 0.5,
    contraction: -8.8,
    contractionByDisengagement: 0.7,
  },
} as const;
