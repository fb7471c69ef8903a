import { parseSmtpUrl, runSmtp, type SmtpServer } from './email-port.ts';
import type { EmailPort, NotifyPorts, SendOutcome, SlackPort } from './ports.ts';
import { listChannels, type NotifySecrets, renderWithoutSecrets } from './secrets.ts';
import type { NotifySettings } from './settings.ts';
import { openSlackPort } from './slack-port.ts';

/** How long a provider may take for one answer. The worker's lease is much longer. */
const TIMEOUT_MS = 10_000;

export interface PortsOptions {
  readonly settings: NotifySettings;
  readonly secrets: NotifySecrets;
  /** Milliseconds; ten seconds when absent. */
  readonly timeoutMs?: number;
}

function buildSmtpServer({ settings, secrets }: PortsOptions): SmtpServer | null {
  if (secrets.smtpUrl !== null) return parseSmtpUrl(secrets.smtpUrl);
  const { host, port } = settings.email;
  return host === undefined ? null : { host, port, isSecure: port === 465, login: null };
}

function hideSecrets<T extends { readonly kind: string }>(
  outcome: T,
  secrets: readonly (string | null)[],
): T {
  if (!('reason' in outcome) || typeof outcome.reason !== 'string') return outcome;
  return { ...outcome, reason: renderWithoutSecrets(outcome.reason, secrets) };
}

function buildSlack(token: string, options: PortsOptions): SlackPort {
  const hidden = [token];
  const port = openSlackPort({
    token,
    apiUrl: options.secrets.slackApiUrl,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
  });
  return {
    post: async (post) => hideSecrets(await port.post(post), hidden),
    update: async (message, place) => hideSecrets(await port.update(message, place), hidden),
    openConversation: async (userId) => hideSecrets(await port.openConversation(userId), hidden),
    find: async (place) => hideSecrets(await port.find(place), hidden),
    openView: async (triggerId, view) => hideSecrets(await port.openView(triggerId, view), hidden),
  };
}

function buildEmailPort(server: SmtpServer, from: string, options: PortsOptions): EmailPort {
  const hidden = [options.secrets.smtpUrl, server.login?.password ?? null];
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  return {
    from,
    replyTo: options.settings.email.reply_to,
    send: async (email): Promise<SendOutcome> =>
      hideSecrets(await runSmtp(email, { server, timeoutMs }), hidden),
  };
}

/**
 * Opens the ways out that settings and environment name; nothing is connected before something is sent.
 *
 * @throws TenureError SMTP_URL_INVALID
 *
 * @example
 * const ports = openNotifyPorts({ settings, secrets: readNotifySecrets(processEnvironment) });
 */
export function openNotifyPorts(options: PortsOptions): NotifyPorts {
  const { settings, secrets } = options;
  const channels = listChannels(settings, secrets);
  const server = channels.email ? buildSmtpServer(options) : null;
  const from = settings.email.from;
  return {
    slack: secrets.slackBotToken === null ? null : buildSlack(secrets.slackBotToken, options),
    email: server === null || from === undefined ? null : buildEmailPort(server, from, options),
  };
}
