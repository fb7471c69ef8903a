import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What goes wrong with one e-mail, and where. */
export type MailFault =
  /** The server says no with a code, in that phase. */
  | { readonly phase: 'connect' | 'mail' | 'recipient' | 'message'; readonly code: number }
  /** The connection breaks in that phase. */
  | { readonly phase: 'connect' | 'mail' | 'recipient' | 'message'; readonly isDropped: true }
  /** It takes the message, and the connection breaks before the answer. */
  | { readonly phase: 'taken'; readonly isDropped: true }
  /** It takes the message and never answers. */
  | { readonly phase: 'taken'; readonly isSilent: true };

export interface MailServer {
  readonly port: number;
  /** The messages that arrived, as they came. */
  readonly mails: { readonly from: string; readonly to: readonly string[]; readonly raw: string }[];
  /** One for each connection to come; null for one that goes well. */
  readonly faults: (MailFault | null)[];
  close(): Promise<void>;
}

/** A real SMTP server on the loopback; with a password, it takes nothing without it. */
export async function openMailServer(password?: string): Promise<MailServer> {
  const mails: { from: string; to: string[]; raw: string }[] = [];
  const faults: (MailFault | null)[] = [];
  const running = new Map<string, MailFault | null>();
  const sockets = new Set<Socket>();

  const findFault = (id: string, phase: MailFault['phase']) => {
    const fault = running.get(id);
    return fault?.phase === phase ? fault : null;
  };
  const refuse = (id: string, phase: MailFault['phase']): Error | null => {
    const fault = findFault(id, phase);
    if (fault === null) return null;
    if ('code' in fault) return Object.assign(new Error('not today'), { responseCode: fault.code });
    // Which socket is whose the server does not say; the tests send one mail at a time.
    for (const socket of sockets) socket.destroy();
    return new Error('gone');
  };

  const server = new SMTPServer({
    authOptional: password === undefined,
    allowInsecureAuth: true,
    disabledCommands: password === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
    onAuth: (login, _, done) =>
      login.password === password
        ? done(null, { user: login.username })
        : done(Object.assign(new Error(`no such login: ${login.password}`), { responseCode: 535 })),
    logger: false,
    closeTimeout: 100,
    onConnect: (session, done) => {
      running.set(session.id, faults.shift() ?? null);
      done(refuse(session.id, 'connect'));
    },
    onMailFrom: (_, session, done) => done(refuse(session.id, 'mail')),
    onRcptTo: (_, session, done) => done(refuse(session.id, 'recipient')),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const refusal = refuse(session.id, 'message');
        if (refusal !== null) return done(refusal);
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(parts).toString(),
        });
        const taken = findFault(session.id, 'taken');
        if (taken === null) return done(null, 'queued');
        if ('isDropped' in taken) for (const socket of sockets) socket.destroy();
      });
    },
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    faults,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
