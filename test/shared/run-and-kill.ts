import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** Runs a test program and kills it `delay` milliseconds after it says it has reached `phase`. */
export async function runAndKill(words: readonly string[], phase: string, delay: number): Promise<void> {
  const running = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => running.on('exit', resolve));
  await new Promise<void>((resolve) => {
    running.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().split('\n').includes(phase)) resolve();
    });
    running.on('exit', () => resolve());
  });
  await wait(delay);
  running.kill('SIGKILL');
  await ended;
}
