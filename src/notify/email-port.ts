import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { errorText, TenureError } from '../base/index.ts';
import type { BuiltEmail } from './build-email.ts';
import type { SendOutcome } from './ports.ts';

/** An SMTP server, and how to log in to it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the start; otherwise as soon as the server offers it. */
  readonly isSecure: boolean;
  readonly login: { readonly user: string; readonly password: string } | null;
}

/**
 * Reads `smtp://user:password@host:port`, or `smtps:`.
 *
 * @throws TenureError SMTP_URL_INVALID, which does not show it
 */
export function parseSmtpUrl(text: string): SmtpServer {
  try {
    const url = new URL(text);
    const isSecure = url.protocol === 'smtps:';
    if ((!isSecure && url.protocol !== 'smtp:') || url.hostname === '') throw new TypeError('not SMTP');
    const port = url.port === '' ? (isSecure ? 465 : 587) : Number(url.port);
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return { host, port, isSecure, login: user === '' ? null : { user, password } };
  } catch {
    // Without a cause: that one would hold the URL, and with it the password.
    throw new TenureError('SMTP_URL_INVALID');
  }
}

interface SmtpError extends Error {
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
}

/** What an error of the dialogue means; `hasBegun` once the server had asked for the message. */
function parseFailure(error: SmtpError, hasBegun: boolean): SendOutcome {
  const reason = errorText(error);
  const { code, responseCode } = error;
  // A code of the server's is an answer, in whatever phase: it did not take the message.
  if (responseCode !== undefined)
    return { kind: 'refused', reason, isFinal: responseCode >= 500 && code !== 'EAUTH' };
  if (hasBegun) return { kind: 'unknown', reason };
  return { kind: 'refused', reason, isFinal: code === 'EENVELOPE' || code === 'EMESSAGE' };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function buildConnection(server: SmtpServer, timeoutMs: number): SMTPConnection {
  return new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.isSecure,
    // A password never travels in the clear.
    requireTLS: server.login !== null && !server.isSecure && !isLoopback(server.host),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    logger: false,
  });
}

/**
 * One dialogue with an SMTP server. `unknown` only when the answer to the message itself was lost.
 *
 * @param options.timeoutMs how long the server may say nothing; the whole dialogue takes four times that at most
 */
export function runSmtp(
  email: BuiltEmail,
  options: { readonly server: SmtpServer; readonly timeoutMs: number },
): Promise<SendOutcome> {
  const { server, timeoutMs } = options;
  const connection = buildConnection(server, timeoutMs);
  let hasBegun = false;
  const body = new Readable({
    // Called when the connection wants the message, which it does once the server has asked for it.
    read() {
      hasBegun = true;
      this.push(email.raw);
      this.push(null);
    },
  });
  return new Promise((resolve) => {
    const finish = (outcome: SendOutcome) => {
      clearTimeout(deadline);
      // A server that has the message is taken leave of; from any other the connection is cut.
      if (outcome.kind === 'sent') connection.quit();
      else connection.close();
      resolve(outcome);
    };
    const fail = (error: SmtpError) => finish(parseFailure(error, hasBegun));
    const deadline = setTimeout(() => fail(new Error('the dialogue took too long')), 4 * timeoutMs);
    const send = () =>
      connection.send({ from: email.from, to: [email.to] }, body, (error, info) => {
        if (error) return fail(error);
        const ref = { messageId: email.messageId, response: info?.response ?? '' };
        return finish({ kind: 'sent', ref });
      });
    connection.on('error', fail);
    connection.connect((error) => {
      if (error) return fail(error);
      if (server.login === null) return send();
      const { user, password } = server.login;
      return connection.login({ user, credentials: { user, pass: password } }, (refusal) =>
        refusal ? fail(refusal) : send(),
      );
    });
  });
}
