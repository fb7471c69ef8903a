import fs from 'node:fs';
import { openServing, openTenure } from '../../src/app/index.ts';
import { processEnvironment } from '../../src/base/index.ts';

/**
 * A process that serves a workspace, or builds it, until it is killed. Its clock is a file with an ISO time, so that a test
 * moves the time of all processes at once.
 */
const [work = '', folder = '', clockFile = ''] = process.argv.slice(2);
const clock = { now: () => Date.parse(fs.readFileSync(clockFile, 'utf8')) };
const options = { folder, clock, environment: processEnvironment };

if (work === 'serve') {
  await openServing(options, {
    intervalSeconds: 1,
    note: (text) => process.stdout.write(text),
  });
  process.stdout.write('serving\n');
} else {
  const report = await openTenure(options).build({
    onResult: ({ name }) => process.stdout.write(`${name}\n`),
  });
  process.stdout.write(report.isPublished ? 'published\n' : 'failed\n');
  process.exit(0);
}
