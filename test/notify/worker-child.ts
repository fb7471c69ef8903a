import { systemChance, systemIds } from '../../src/base/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { runWorkerOnce } from '../../src/notify/index.ts';
import { openPorts } from './workbench.ts';

/** A worker in a process of its own that kills itself, as `kill -9` would, at one of its steps. */
const [file = '', slackUrl = '', mailPort = '', now = '', stop = ''] = process.argv.slice(2);
let steps = 0;

function takeStep(): void {
  steps += 1;
  if (steps === Number(stop)) process.kill(process.pid, 'SIGKILL');
}

/** The same, with a step after each call of its methods: between two of them nothing changes that outlives the process. */
function wrap<T extends object>(whole: T, names: readonly string[]): T {
  return new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (!names.includes(String(name))) return value.bind(target);
      return async (...words: readonly unknown[]) => {
        const result: unknown = await value.apply(target, words);
        takeStep();
        return result;
      };
    },
  });
}

const engine = await openDuckdb({ path: file, alias: 'state' });
const ports = openPorts({
  slackUrl: slackUrl === '-' ? null : slackUrl,
  mailPort: mailPort === '-' ? null : Number(mailPort),
  timeoutMs: 5000,
});
takeStep();
const calls = ['post', 'update', 'find', 'openConversation', 'send'];
await runWorkerOnce(
  wrap<Engine>(engine, ['execute', 'transaction']),
  {
    slack: ports.slack === null ? null : wrap(ports.slack, calls),
    email: ports.email === null ? null : wrap(ports.email, calls),
  },
  { clock: { now: () => Date.parse(now) }, ids: systemIds, chance: systemChance, limit: 10 },
);
await engine.close();
process.stdout.write(`done after ${steps}`);
