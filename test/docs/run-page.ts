import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

export const REPOSITORY = path.resolve(import.meta.dirname, '..', '..');

/** The shell blocks of a page, in order; `npm` lines are proven elsewhere. */
function parseBlocks(file: string): readonly string[] {
  const text = fs.readFileSync(path.join(REPOSITORY, file), 'utf8');
  const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map((match) => {
    const indent = match[1]?.length ?? 0;
    return (match[2] ?? '')
      .split('\n')
      .map((line) => line.slice(Math.min(indent, line.search(/\S|$/))))
      .join('\n');
  });
  return blocks.filter((block) => !block.startsWith('npm '));
}

/** What a page's commands run with. */
export interface PageWorld {
  /** The folder of the `tenure` to run. */
  readonly bin: string;
  /** Where the commands begin. */
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Runs the commands of a page, one after the other until one fails. @returns its status, and all that was said */
export async function runPage(
  file: string,
  { bin, cwd, environment }: PageWorld,
): Promise<{ readonly status: number | null; readonly text: string }> {
  const blocks = parseBlocks(file);
  if (blocks.length === 0) throw new Error(`${file} has no commands`);
  const child = spawn('bash', ['-c', ['set -euo pipefail', ...blocks].join('\n')], {
    cwd,
    env: { ...environment, PATH: `${bin}:${environment['PATH']}` },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      text += part.toString();
    });
  const [status] = await once(child, 'close');
  return { status, text };
}
