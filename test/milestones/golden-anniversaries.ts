import type { DatedCustomer } from './dated-customers.ts';

/** What one customer reached by one definition, by hand: occurrence → moment in UTC. */
export interface GoldenDates {
  readonly why: string;
  readonly customer: DatedCustomer;
  readonly moments: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The last day that is known in all of these. */
export const KNOWN_UNTIL = '2029-03-05';

/*
 * The rule (docs/milestones.md): an anniversary is reached at the midnight at which its date begins in the customer's time
 * zone; 29 February, in a year that has none, comes back on the 28th. So is the last of a month that is too long for another.
 * A zone ahead of UTC begins its date while it is still the day before in UTC, one behind it later on the same day.
 */
export const GOLDEN_DATES: readonly GoldenDates[] = [
  {
    why: 'signed on 29 February: the 28th in common years, the 29th in a leap year',
    customer: { id: 'leap 2020', signup: '2020-02-29', zone: 'UTC' },
    moments: {
      Anniversary: {
        1: '2021-02-28T00:00Z',
        2: '2022-02-28T00:00Z',
        3: '2023-02-28T00:00Z',
        5: '2025-02-28T00:00Z',
      },
      'Fourth year': { 4: '2024-02-29T00:00Z' },
      Months: { 1: '2020-03-29T00:00Z', 12: '2021-02-28T00:00Z' },
      // Days are days: 365 of them end a day before 1 March, because 2020-02-29 is the first of them.
      Days: {
        2: '2020-03-02T00:00Z',
        100: '2020-06-08T00:00Z',
        365: '2021-02-28T00:00Z',
        1000: '2022-11-25T00:00Z',
      },
    },
  },
  {
    why: 'signed on the next 29 February',
    customer: { id: 'leap 2024', signup: '2024-02-29', zone: 'UTC' },
    moments: {
      Anniversary: {
        1: '2025-02-28T00:00Z',
        2: '2026-02-28T00:00Z',
        3: '2027-02-28T00:00Z',
        5: '2029-02-28T00:00Z',
      },
      'Fourth year': { 4: '2028-02-29T00:00Z' },
      Months: { 1: '2024-03-29T00:00Z', 12: '2025-02-28T00:00Z' },
      Days: {
        2: '2024-03-02T00:00Z',
        100: '2024-06-08T00:00Z',
        365: '2025-02-28T00:00Z',
        1000: '2026-11-25T00:00Z',
      },
    },
  },
  {
    why: 'first anniversary in a leap year, over a leap day',
    customer: { id: 'before a leap day', signup: '2023-02-28', zone: 'UTC' },
    moments: {
      Anniversary: {
        1: '2024-02-28T00:00Z',
        2: '2025-02-28T00:00Z',
        3: '2026-02-28T00:00Z',
        5: '2028-02-28T00:00Z',
      },
      'Fourth year': { 4: '2027-02-28T00:00Z' },
      Months: { 1: '2023-03-28T00:00Z', 12: '2024-02-28T00:00Z' },
      Days: {
        2: '2023-03-02T00:00Z',
        100: '2023-06-08T00:00Z',
        365: '2024-02-28T00:00Z',
        1000: '2025-11-24T00:00Z',
      },
    },
  },
  {
    why: 'days counted across the leap day 2024-02-29, and a month that is too short for the 31st',
    customer: { id: 'across a leap day', signup: '2024-01-31', zone: 'UTC' },
    moments: {
      Anniversary: {
        1: '2025-01-31T00:00Z',
        2: '2026-01-31T00:00Z',
        3: '2027-01-31T00:00Z',
        5: '2029-01-31T00:00Z',
      },
      'Fourth year': { 4: '2028-01-31T00:00Z' },
      Months: { 1: '2024-02-29T00:00Z', 12: '2025-01-31T00:00Z' },
      Days: {
        2: '2024-02-02T00:00Z',
        100: '2024-05-10T00:00Z',
        365: '2025-01-30T00:00Z',
        1000: '2026-10-27T00:00Z',
      },
    },
  },
  {
    why: '+14:00, the earliest date on earth: 10:00 of the day before',
    customer: { id: 'kiritimati', signup: '2024-03-10', zone: 'Pacific/Kiritimati' },
    moments: {
      Anniversary: { 1: '2025-03-09T10:00Z', 2: '2026-03-09T10:00Z', 3: '2027-03-09T10:00Z' },
      'Fourth year': { 4: '2028-03-09T10:00Z' },
      Months: { 1: '2024-04-09T10:00Z', 12: '2025-03-09T10:00Z' },
      Days: {
        2: '2024-03-11T10:00Z',
        100: '2024-06-17T10:00Z',
        365: '2025-03-09T10:00Z',
        1000: '2026-12-04T10:00Z',
      },
    },
  },
  {
    why: '+14:00 and 29 February: the 28th begins there on the 27th of UTC',
    customer: { id: 'leap kiritimati', signup: '2024-02-29', zone: 'Pacific/Kiritimati' },
    moments: {
      Anniversary: {
        1: '2025-02-27T10:00Z',
        2: '2026-02-27T10:00Z',
        3: '2027-02-27T10:00Z',
        5: '2029-02-27T10:00Z',
      },
      'Fourth year': { 4: '2028-02-28T10:00Z' },
    },
  },
  {
    why: '-11:00: 11:00 of the same day',
    customer: { id: 'pago pago', signup: '2024-03-10', zone: 'Pacific/Pago_Pago' },
    moments: {
      Anniversary: { 1: '2025-03-10T11:00Z', 2: '2026-03-10T11:00Z', 3: '2027-03-10T11:00Z' },
      'Fourth year': { 4: '2028-03-10T11:00Z' },
      Months: { 1: '2024-04-10T11:00Z', 12: '2025-03-10T11:00Z' },
      Days: {
        2: '2024-03-12T11:00Z',
        100: '2024-06-18T11:00Z',
        365: '2025-03-10T11:00Z',
        1000: '2026-12-05T11:00Z',
      },
    },
  },
  {
    why: '+05:45: 18:15 of the day before',
    customer: { id: 'kathmandu', signup: '2024-03-10', zone: 'Asia/Kathmandu' },
    moments: {
      Anniversary: { 1: '2025-03-09T18:15Z', 2: '2026-03-09T18:15Z', 3: '2027-03-09T18:15Z' },
      'Fourth year': { 4: '2028-03-09T18:15Z' },
      Months: { 1: '2024-04-09T18:15Z', 12: '2025-03-09T18:15Z' },
      Days: {
        2: '2024-03-11T18:15Z',
        100: '2024-06-17T18:15Z',
        365: '2025-03-09T18:15Z',
        1000: '2026-12-04T18:15Z',
      },
    },
  },
  {
    // Clocks go forward at 02:00 of 2024-03-10, 2025-03-09, 2026-03-08, 2027-03-14, 2028-03-12; back on 2024-11-03 and so on.
    why: '-05:00 in winter, -04:00 in summer: what holds at that midnight, not at the signup',
    customer: { id: 'new york', signup: '2024-03-09', zone: 'America/New_York' },
    moments: {
      Anniversary: { 1: '2025-03-09T05:00Z', 2: '2026-03-09T04:00Z', 3: '2027-03-09T05:00Z' },
      'Fourth year': { 4: '2028-03-09T05:00Z' },
      Months: { 1: '2024-04-09T04:00Z', 12: '2025-03-09T05:00Z' },
      Days: {
        2: '2024-03-11T04:00Z',
        100: '2024-06-17T04:00Z',
        365: '2025-03-09T05:00Z',
        1000: '2026-12-04T05:00Z',
      },
    },
  },
  {
    // Clocks go forward at 24:00 of Saturday 2025-09-06 (-04:00 → -03:00): Sunday begins at 01:00.
    why: 'a date that begins at 01:00, because its midnight is skipped',
    customer: { id: 'santiago', signup: '2024-09-07', zone: 'America/Santiago' },
    moments: {
      Anniversary: { 1: '2025-09-07T04:00Z', 2: '2026-09-07T03:00Z', 3: '2027-09-07T03:00Z' },
      Months: { 1: '2024-10-07T03:00Z', 12: '2025-09-07T04:00Z' },
    },
  },
  {
    // Clocks go back from 01:00 to 00:00 on Sunday 2025-11-02 (-04:00 → -05:00): midnight strikes twice.
    why: 'a date that begins with the first of its two midnights',
    customer: { id: 'havana', signup: '2024-11-02', zone: 'America/Havana' },
    moments: {
      Anniversary: { 1: '2025-11-02T04:00Z', 2: '2026-11-02T05:00Z', 3: '2027-11-02T04:00Z' },
      Months: { 1: '2024-12-02T05:00Z', 12: '2025-11-02T04:00Z' },
    },
  },
  {
    why: 'a time zone that does not exist counts as UTC',
    customer: { id: 'nowhere', signup: '2024-03-10', zone: 'Mars/Olympus_Mons' },
    moments: {
      Anniversary: { 1: '2025-03-10T00:00Z', 2: '2026-03-10T00:00Z', 3: '2027-03-10T00:00Z' },
    },
  },
  {
    why: 'an unknown time zone counts as UTC; nothing is reached on the day a customer left',
    customer: { id: 'left', signup: '2024-03-10', zone: null, leaves: '2026-03-10' },
    moments: {
      Anniversary: { 1: '2025-03-10T00:00Z' },
      Days: { 2: '2024-03-12T00:00Z', 100: '2024-06-18T00:00Z', 365: '2025-03-10T00:00Z' },
    },
  },
  {
    why: 'nor where the date began in UTC before it left there',
    customer: {
      id: 'left kiritimati',
      signup: '2024-03-10',
      zone: 'Pacific/Kiritimati',
      leaves: '2026-03-10',
    },
    moments: { Anniversary: { 1: '2025-03-09T10:00Z' } },
  },
];
