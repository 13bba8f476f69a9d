// What code within walls must not be able to do. It runs within them (`self-test.ts` starts it), tries all of
// it, and prints a line for each thing that it could do; the last is the one that is to end it.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Attempts, Hole } from './self-test';

const { secret, outside, sockets, port, processes, memory, sleep }: Attempts = JSON.parse(
  process.argv[2],
);
const CONNECT_MS = 1000;
const CHUNK = 2 ** 25;

const found = (hole: Hole | 'inside' | 'done') => process.stdout.write(`${hole}\n`);

function attempt(hole: Hole, work: () => unknown): void {
  try {
    work();
    found(hole);
  } catch {
    // As it should be.
  }
}

function reaches(address: { port: number } | { path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => end(true));
    const end = (isConnected: boolean) => {
      socket.destroy();
      resolve(isConnected);
    };
    socket.setTimeout(CONNECT_MS, () => end(false)).on('error', () => end(false));
  });
}

function startSleeper(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('sleep', [sleep], { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve(false)).once('spawn', () => resolve(true));
    child.unref();
  });
}

async function attemptAll(): Promise<void> {
  found('inside');
  attempt('reads a secret', () => readFileSync(secret));
  attempt('writes outside', () => writeFileSync(outside, ''));
  attempt('changes the library', () => closeSync(openSync(__filename, 'a')));
  for (const path of sockets) if (await reaches({ path })) found('reaches the network');
  if (await reaches({ port })) found('reaches the network');
  let started = 0;
  while (started < 2 * processes && (await startSleeper())) started++;
  if (started >= processes) found('starts processes without end');
  found('done');
  const taken: Buffer[] = [];
  for (let bytes = 0; bytes < 2 * memory; bytes += CHUNK) taken.push(Buffer.alloc(CHUNK, 1));
  found('takes memory without end');
}

void attemptAll();
