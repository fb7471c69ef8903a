import { isTimezone, parseLocalTime } from '../base/index.ts';
import { parseAddress } from './email-address.ts';
import type { Channel, TeamMember } from './outbox-types.ts';
import type { Channels } from './secrets.ts';
import type { NotifySettings } from './settings.ts';
import type { WorkingTime } from './working-time.ts';

/** Whom something is told, where, and when they want to hear it. */
export interface Route {
  readonly recipientId: string | null;
  readonly channel: Channel;
  readonly address: string | null;
  readonly reason: string;
  readonly time: WorkingTime;
  readonly delivery: 'immediate' | 'daily';
}

export interface RouteContext {
  readonly members: ReadonlyMap<string, TeamMember>;
  readonly settings: NotifySettings;
  readonly channels: Pick<Channels, 'slack' | 'email'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** When somebody works, by the settings and by what the data says of them. */
export function buildWorkingTime(member: TeamMember | null, settings: NotifySettings): WorkingTime {
  const own = member === null ? undefined : settings.people[member.memberId];
  const theirs = member?.timezone ?? '';
  const hours = own?.working_hours;
  const usual = settings.working_hours;
  return {
    // What stands in the data may be no time zone; the settings' own are checked.
    timezone: own?.timezone ?? (theirs !== '' && isTimezone(theirs) ? theirs : settings.timezone),
    start: hours?.start ?? usual.start,
    end: hours?.end ?? usual.end,
    weekdays: hours?.weekdays ?? usual.weekdays,
    holidays: [...settings.holidays, ...(own?.holidays ?? [])],
    digestAt: own?.digest_at ?? settings.digest_at,
  };
}

const SLACK_USER = /^[UW][A-Z0-9]{2,}$/;

type Target = Pick<Route, 'channel' | 'address'>;

function listTargets(member: TeamMember, { settings, channels }: RouteContext): readonly Target[] {
  const own = settings.people[member.memberId];
  // The settings' own are checked; what stands in the data may be anything.
  const slack = own?.slack_id ?? (SLACK_USER.test(member.slackId ?? '') ? member.slackId : null);
  const email = own?.email ?? (parseAddress(member.email ?? '') === null ? null : member.email);
  const targets: Target[] = [];
  if (channels.slack && slack) targets.push({ channel: 'slack', address: slack });
  if (channels.email && email) targets.push({ channel: 'email', address: email });
  return [...targets, { channel: 'inbox', address: null }];
}

function buildMemberRoute(member: TeamMember, reason: string, context: RouteContext): Route {
  const own = context.settings.people[member.memberId];
  const targets = listTargets(member, context);
  const wished = own?.channel === undefined ? targets[0] : targets.find((one) => one.channel === own.channel);
  // A way that is not open to them: the best that is.
  const target = wished ?? targets[0] ?? { channel: 'inbox', address: null };
  return {
    ...target,
    recipientId: member.memberId,
    reason: wished === undefined ? `${reason}; no ${own?.channel} for them, so ${target.channel}` : reason,
    time: buildWorkingTime(member, context.settings),
    delivery: own?.delivery ?? context.settings.delivery,
  };
}

function buildFallbackRoute(reason: string, { settings, channels }: RouteContext): Route {
  const slack = settings.slack.fallback_channel;
  const email = settings.email.fallback_address;
  const rest = {
    recipientId: null,
    time: buildWorkingTime(null, settings),
    delivery: settings.delivery,
  };
  if (channels.slack && slack !== undefined)
    return { ...rest, channel: 'slack', address: slack, reason: `fallback channel: ${reason}` };
  if (channels.email && email !== undefined)
    return { ...rest, channel: 'email', address: email, reason: `fallback address: ${reason}` };
  return { ...rest, channel: 'inbox', address: null, reason: `inbox of everybody: ${reason}` };
}

/** Why a member is not to be told: null while they are in the team on their own day. */
function describeAbsence(member: TeamMember, { settings, now }: RouteContext): string | null {
  const today = parseLocalTime(now, buildWorkingTime(member, settings).timezone).date;
  if (member.activeTo !== null && member.activeTo < today) return `left on ${member.activeTo}`;
  if (member.activeFrom !== null && member.activeFrom > today) return `begins on ${member.activeFrom}`;
  return null;
}

/** The customer's CSM while active, else their manager while active, else the fallback channel; with the reason. */
export function buildRoute(csmId: string | null, context: RouteContext): Route {
  if (csmId === null) return buildFallbackRoute('the customer has no CSM', context);
  const csm = context.members.get(csmId);
  if (csm === undefined) return buildFallbackRoute(`the CSM ${csmId} is not in the team`, context);
  const absence = describeAbsence(csm, context);
  if (absence === null) return buildMemberRoute(csm, 'CSM of the customer', context);
  const why = `the CSM ${csmId} ${absence}`;
  const manager = csm.managerId === null ? undefined : context.members.get(csm.managerId);
  if (manager === undefined) return buildFallbackRoute(`${why} and has no manager`, context);
  const managerAbsence = describeAbsence(manager, context);
  if (managerAbsence === null) return buildMemberRoute(manager, `manager of the CSM: ${why}`, context);
  return buildFallbackRoute(`${why}, and the manager ${manager.memberId} ${managerAbsence}`, context);
}
