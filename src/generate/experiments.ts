/** A test of a change, with the truth that an analysis should find. */
export interface Experiment {
  readonly name: string;
  /** What it is meant to move. */
  readonly metric: string;
  readonly unit: 'user' | 'customer' | 'visitor';
  /** First and planned last day, as shares of the history; beyond 1 it still runs. */
  readonly from: number;
  readonly to: number;
  /** When it was ended before its plan, as a share of the history. */
  readonly stopped?: number;
  /** Share of the units on hand that take part. */
  readonly share: number;
  /** Share of participants who are given the change. Anything but a half is a mismatch to be found. */
  readonly treated: number;
  /** Chance that a unit converts without the change, and what the change truly adds: 0.2 is a fifth more. */
  readonly base: number;
  readonly lift: number;
  /** Days to convert, on average, and what a conversion is worth on average, in dollars or times. */
  readonly days: number;
  readonly worth: number;
}

/** True lifts of nothing, little and a clear amount; two still run, one was stopped, one is lopsided. */
export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: 'Guided setup checklist',
    metric: 'first evidence uploaded',
    unit: 'user',
    from: 0.1,
    to: 0.2,
    share: 0.5,
    treated: 0.5,
    base: 0.38,
    lift: 0.22,
    days: 3,
    worth: 1,
  },
  {
    name: 'Shorter invitation',
    metric: 'colleague invited',
    unit: 'user',
    from: 0.27,
    to: 0.36,
    share: 0.3,
    treated: 0.5,
    base: 0.21,
    lift: 0,
    days: 4,
    worth: 1,
  },
  {
    name: 'Call in the first week',
    metric: 'expansion',
    unit: 'customer',
    from: 0.3,
    to: 0.52,
    share: 0.7,
    treated: 0.5,
    base: 0.24,
    lift: 0.35,
    days: 20,
    worth: 640,
  },
  {
    name: 'Shorter sign-up form',
    metric: 'trial started',
    unit: 'visitor',
    from: 0.44,
    to: 0.56,
    share: 0.6,
    treated: 0.46,
    base: 0.09,
    lift: 0.24,
    days: 0.4,
    worth: 1,
  },
  {
    name: 'Yearly plan on the invoice',
    metric: 'switch to yearly billing',
    unit: 'customer',
    from: 0.62,
    to: 0.8,
    share: 0.8,
    treated: 0.5,
    base: 0.13,
    lift: 0,
    days: 18,
    worth: 1900,
  },
  {
    name: 'Prices on the front page',
    metric: 'demo requested',
    unit: 'visitor',
    from: 0.7,
    to: 0.8,
    share: 0.6,
    treated: 0.5,
    base: 0.06,
    lift: 0,
    days: 0.6,
    worth: 1,
    stopped: 0.735,
  },
  {
    name: 'Assistant in the editor',
    metric: 'policy published',
    unit: 'user',
    from: 0.92,
    to: 1.04,
    share: 0.4,
    treated: 0.5,
    base: 0.3,
    lift: 0.05,
    days: 5,
    worth: 1,
  },
  {
    name: 'Two-minute tour',
    metric: 'demo requested',
    unit: 'visitor',
    from: 0.94,
    to: 1.08,
    share: 0.7,
    treated: 0.5,
    base: 0.055,
    lift: 0.04,
    days: 0.6,
    worth: 1,
  },
];
