import type { Serving, Tenure } from '../app/index.ts';

/** What a person or a program may do: read, also act on customers, also administer. */
export type Role = 'viewer' | 'csm' | 'admin';

/** Who asks. */
export interface Viewer {
  readonly name: string;
  readonly role: Role;
  /** The key they came with; null on a server that asks for none. */
  readonly keyId: string | null;
}

/** What every route finds in its context. */
export interface HttpEnvironment {
  Variables: {
    viewer: Viewer;
    /** Stands in the answer's `x-request-id`, in error pages and in the log. */
    requestId: string;
  };
}

/** What is served. */
export interface Served {
  readonly tenure: Tenure;
  readonly service: Pick<Serving, 'handleSlackInteraction' | 'hasSigningSecret' | 'wake'>;
}
