import type { Role, Serving, Tenure } from '../app/index.ts';

export type { Role };

/** Who asks. */
export interface Viewer {
  readonly name: string;
  readonly role: Role;
  /** The key they came with; null on a server that asks for none. */
  readonly keyId: string | null;
  /** The member of the team the key stands for. */
  readonly memberId: string | null;
}

/** What every route finds in its context. */
export interface HttpEnvironment {
  Variables: {
    viewer: Viewer;
    /** Stands in the answer's `x-request-id`, in error pages and in the log. */
    requestId: string;
    /** False on a server that asks for no key. */
    isKeyNeeded: boolean;
  };
}

/** What is served. */
export interface Served {
  readonly tenure: Tenure;
  readonly service: Pick<Serving, 'handleSlackInteraction' | 'hasSigningSecret' | 'wake'>;
}
