import { generateFiles } from '../../src/app/index.ts';

/** Writes a company as files; its request comes as JSON in the first argument. */
await generateFiles(JSON.parse(process.argv[2] ?? '{}'));
