import { type AccessBook, openAccessBook } from '../access/index.ts';
import { type TenureContext, withState } from './context.ts';

/** Who may use the pages and the API of `tenure serve`, and what they did there. */
export type AccessVerbs = AccessBook;

/** Opens the verbs of keys, sessions and the audit log: beside a service they are those it uses itself. */
export function buildAccessVerbs(context: TenureContext): AccessVerbs {
  const use = <T>(work: (book: AccessBook) => Promise<T>): Promise<T> =>
    context.shared === undefined
      ? withState(context, (state) => work(openAccessBook({ state, ...context })))
      : work(context.shared.access);
  return Object.freeze({
    isKeyNeeded: () => use((book) => book.isKeyNeeded()),
    hasValidKey: () => use((book) => book.hasValidKey()),
    addKey: (key: Parameters<AccessBook['addKey']>[0]) => use((book) => book.addKey(key)),
    listKeys: () => use((book) => book.listKeys()),
    revokeKey: (id: string) => use((book) => book.revokeKey(id)),
    checkKey: (text: string) => use((book) => book.checkKey(text)),
    openSession: (keyId: string) => use((book) => book.openSession(keyId)),
    checkSession: (token: string) => use((book) => book.checkSession(token)),
    closeSession: (token: string) => use((book) => book.closeSession(token)),
    record: (entry: Parameters<AccessBook['record']>[0]) => use((book) => book.record(entry)),
    listAudit: (filter: Parameters<AccessBook['listAudit']>[0]) => use((book) => book.listAudit(filter)),
  });
}
