/** The environment variables a room may read, passed in so that tests choose them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const processEnvironment: Environment = process.env;
