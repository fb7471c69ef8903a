import type { Environment } from '../base/index.ts';
import type { NotifySettings } from './settings.ts';

/** What comes from the environment only, and is never logged, stored or part of an error. */
export interface NotifySecrets {
  readonly slackBotToken: string | null;
  readonly slackSigningSecret: string | null;
  readonly smtpUrl: string | null;
  /** Where Slack's Web API is; its own address when null. Not secret. */
  readonly slackApiUrl: string | null;
}

/** Which ways out there are, and what is missing for the others. */
export interface Channels {
  readonly slack: boolean;
  readonly email: boolean;
  /** A line for each way that is closed, for a report. */
  readonly notes: readonly string[];
}

/** `SLACK_BOT_TOKEN`, `SLACK_SIGNING_SECRET`, `SMTP_URL` and `SLACK_API_URL`; empty ones count as not set. */
export function readNotifySecrets(environment: Environment): NotifySecrets {
  const read = (name: string) => environment[name]?.trim() || null;
  return {
    slackBotToken: read('SLACK_BOT_TOKEN'),
    slackSigningSecret: read('SLACK_SIGNING_SECRET'),
    smtpUrl: read('SMTP_URL'),
    slackApiUrl: read('SLACK_API_URL'),
  };
}

/** The ways out that settings and environment open. Without any, what there is to tell stays in the in-app inbox. */
export function listChannels(settings: NotifySettings, secrets: NotifySecrets): Channels {
  const slack = secrets.slackBotToken !== null;
  const hasServer = secrets.smtpUrl !== null || settings.email.host !== undefined;
  const email = hasServer && settings.email.from !== undefined;
  const notes: string[] = [];
  if (!slack) notes.push('Slack is not configured: SLACK_BOT_TOKEN is not set.');
  else if (secrets.slackSigningSecret === null)
    notes.push('The buttons of Slack messages do nothing: SLACK_SIGNING_SECRET is not set.');
  if (!hasServer)
    notes.push('E-mail is not configured: neither SMTP_URL nor email.host of notify.yml is set.');
  else if (!email) notes.push('E-mail is not configured: email.from of notify.yml is not set.');
  if (!slack && !email) notes.push('Notifications are shown in the in-app inbox only.');
  return { slack, email, notes };
}

/** Text with every secret in it blacked out, for errors that come from outside. */
export function renderWithoutSecrets(text: string, secrets: readonly (string | null)[]): string {
  return secrets
    .filter((secret): secret is string => secret !== null && secret.length >= 4)
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
