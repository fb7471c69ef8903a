import { z } from 'zod';
import { isTimezone } from '../base/index.ts';
import { parseDefinition, readDefinitionFile } from '../runner/index.ts';
import { parseAddress } from './email-address.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

const timeOfDay = z
  .string('must be a time such as "09:00", in quotes')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "09:00", in quotes')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
const date = z.iso.date('must be a date such as 2026-12-25');
const timezone = z.string().refine(isTimezone, 'must be an IANA time zone such as Europe/Berlin');
const address = z
  .string()
  .refine(
    (text) => parseAddress(text) !== null,
    'must be an e-mail address, with or without a name before it',
  );
const slackId = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{2,}$/, 'must be an id of Slack such as C0123456789; its app shows it under "About"');
const channel = z.enum(['slack', 'email', 'inbox'], 'must be slack, email or inbox');
const delivery = z.enum(['immediate', 'daily'], 'must be immediate or daily');
const holidays = z.array(date).default([]);

const weekdays = z
  .array(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(', ')}`))
  .min(1, 'must hold one day at least')
  .transform((names) => names.map((name) => WEEKDAYS.indexOf(name)));

const HOURS_PROBLEM = 'must end after it starts';
const workingHours = z
  .strictObject({
    start: timeOfDay.default(9 * 60),
    end: timeOfDay.default(17 * 60),
    weekdays: weekdays.prefault(['monday', 'tuesday', 'wednesday', 'thursday', 'friday']),
  })
  .refine(({ start, end }) => start < end, HOURS_PROBLEM);

/** What a person leaves out is as for everybody. */
const ownHours = z.strictObject({
  start: timeOfDay.optional(),
  end: timeOfDay.optional(),
  weekdays: weekdays.optional(),
});

const person = z.strictObject({
  channel: channel.optional(),
  delivery: delivery.optional(),
  timezone: timezone.optional(),
  working_hours: ownHours.optional(),
  digest_at: timeOfDay.optional(),
  holidays,
  slack_id: slackId.optional(),
  email: address.optional(),
});

const settingsForm = z.strictObject({
  slack: z.strictObject({ fallback_channel: slackId.optional() }).prefault({}),
  email: z
    .strictObject({
      from: address.optional(),
      reply_to: address.optional(),
      host: z.string().min(1).optional(),
      port: z.int().min(1).max(65_535).default(587),
      fallback_address: address.optional(),
    })
    .prefault({}),
  timezone: timezone.default('UTC'),
  working_hours: workingHours.prefault({}),
  holidays,
  delivery: delivery.default('immediate'),
  digest_at: timeOfDay.default(9 * 60),
  daily_budget: z.int().min(0).default(10),
  alert_window_days: z.int().min(0).default(14),
  people: z.record(z.string(), person).default({}),
});

const settings = settingsForm.superRefine(({ working_hours, people }, context) => {
  for (const [id, { working_hours: own }] of Object.entries(people)) {
    if ((own?.start ?? working_hours.start) < (own?.end ?? working_hours.end)) continue;
    context.addIssue({ code: 'custom', path: ['people', id, 'working_hours'], message: HOURS_PROBLEM });
  }
});

/** What `notify.yml` says, with the defaults of what it leaves out. Times of day are minutes since midnight. */
export type NotifySettings = Readonly<z.infer<typeof settings>>;

const KEYS = [
  ...['slack', 'email', 'timezone', 'working_hours', 'holidays', 'delivery', 'digest_at', 'daily_budget'],
  ...['alert_window_days', 'people', 'fallback_channel', 'from', 'reply_to', 'host', 'port'],
  ...['fallback_address', 'start', 'end', 'weekdays', 'channel', 'slack_id'],
];

/** The settings of a workspace without a `notify.yml`. */
export const defaultNotifySettings: NotifySettings = settings.parse({});

/**
 * Reads `notify.yml`: who is told where and when.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line, value and what to do
 */
export function readNotifySettings(file: string): NotifySettings {
  return parseDefinition(readDefinitionFile(file), {
    schema: settings,
    keys: KEYS,
    page: 'docs/notifications.md',
  });
}
