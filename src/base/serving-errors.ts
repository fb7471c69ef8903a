import type { ErrorEntry } from './error-entry.ts';

/** What goes wrong where a workspace is served: addresses, keys, limits. */
export const SERVING_ERRORS = {
  PAGE_ADDRESS_INVALID: {
    kind: 'usage',
    message: 'The address is not understood: {problem}.',
    fix: 'Go back, or take that part out of the address.',
  },
  DASHBOARD_UNKNOWN: {
    kind: 'usage',
    message: 'There is no dashboard {name}.',
    fix: 'There are: {names}.',
  },
  TILE_UNKNOWN: {
    kind: 'usage',
    message: 'The dashboard {dashboard} has no tile {name}.',
    fix: 'It has: {names}.',
  },
  LISTEN_WITHOUT_KEY: {
    kind: 'usage',
    message: 'Tenure does not listen on {host}, where others reach it, while everybody may do everything.',
    fix: 'Make a key first: `tenure keys add NAME --role admin`. Or leave --host out to listen on this machine only.',
  },
  KEY_NEEDED: {
    kind: 'usage',
    message: 'This server asks for a key.',
    fix: 'Send it as `Authorization: Bearer KEY`, or sign in at /sign-in. `tenure keys add NAME --role viewer` makes one.',
  },
  KEY_REFUSED: {
    kind: 'usage',
    message: 'The key is not known here, has expired or was revoked.',
    fix: 'Look it up with `tenure keys list`, or make another with `tenure keys add NAME --role viewer`.',
  },
  KEY_UNKNOWN: {
    kind: 'usage',
    message: 'There is no key {id} that could be revoked.',
    fix: '`tenure keys list` shows the keys and their ids.',
  },
  KEY_INVALID: {
    kind: 'usage',
    message: 'No key can be made of this: {problem}.',
    fix: 'Give it the name of a person or a program, one of the roles viewer, csm and admin, and, if it is to end, a day to come.',
  },
  ROLE_TOO_LOW: {
    kind: 'usage',
    message: 'This takes the role {needed}; {name} has the role {role}.',
    fix: 'Ask an admin to do it, or to make a key with that role: `tenure keys add NAME --role {needed}`.',
  },
  ATTEMPTS_EXCEEDED: {
    kind: 'usage',
    message: 'Too many keys from this address were refused.',
    fix: 'Wait {seconds} seconds, then use a key that is valid.',
  },
  RATE_EXCEEDED: {
    kind: 'usage',
    message: 'More than {limit} requests in a minute.',
    fix: 'Wait {seconds} seconds. `tenure serve --rate N` sets how many are allowed, 0 any number.',
  },
  HOST_REFUSED: {
    kind: 'usage',
    message: 'This server is not reached by the name {host}.',
    fix: 'Use http://127.0.0.1 or http://localhost. To serve it under another name, make a key first: `tenure keys add NAME --role admin`.',
  },
  ORIGIN_REFUSED: {
    kind: 'usage',
    message: 'The request comes from a page of another site.',
    fix: 'Send it from a page of this server, or from a program with its key as `Authorization: Bearer KEY`.',
  },
  REQUEST_INVALID: {
    kind: 'usage',
    message: '{place}: {problem}',
    fix: '/docs says what every address takes.',
  },
  REQUEST_TOO_LARGE: {
    kind: 'usage',
    message: 'The request is larger than {limit} bytes.',
    fix: 'Send less at once.',
  },
  PATH_UNKNOWN: {
    kind: 'usage',
    message: 'There is nothing at {method} {path}.',
    fix: '/docs lists every address of the API.',
  },
  LISTEN_FAILED: {
    kind: 'environment',
    message: 'Tenure cannot listen on {address}: {problem}.',
    fix: 'Choose another --port or --host, or end the process that listens there.',
  },
  SERVICE_LOST: {
    kind: 'environment',
    message: 'The process that serves this workspace ended before the command did.',
    fix: 'A job that was cut short changed nothing. Start `tenure serve` again, or repeat the command without it.',
  },
} as const satisfies Record<string, ErrorEntry>;
