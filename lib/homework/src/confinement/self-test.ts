import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Mistake } from '../mistake';
import { packageFolder } from '../project';
import type { Walls } from './walls';
import { whatToDo } from './what-to-do';

/** What code could do that it must not. */
export type Hole =
  | 'reads a secret'
  | 'writes outside'
  | 'changes the library'
  | 'reaches the network'
  | 'starts processes without end'
  | 'takes memory without end'
  | 'leaves a process behind';

/** What `attempts.ts` is told. */
export interface Attempts {
  /** A file outside, and one that is not there yet. */
  readonly secret: string;
  readonly outside: string;
  /** Sockets on which we listen: in the file system, abstract, and a port of 127.0.0.1. */
  readonly sockets: readonly string[];
  readonly port: number;
  /** The limits. */
  readonly processes: number;
  readonly memory: number;
  /** Seconds that left-behind processes sleep, by which they are known. */
  readonly sleep: string;
}

const PROCESSES = 64;
/** Node does not start in less. */
const MEMORY = 2 ** 29;
const SECONDS = 60;
const program = join(packageFolder, 'dist', 'confinement', 'attempts.js');

/**
 * Has a program within the walls try to get out.
 *
 * @throws a Mistake that names each wall that does not hold, and what to do
 */
export async function testWalls(walls: Walls): Promise<void> {
  const own = mkdtempSync(join(tmpdir(), 'ng-'));
  const folder = mkdtempSync(join(tmpdir(), 'ng-'));
  const servers: Server[] = [];
  const listen = (where: ListenOptions) => listening(servers, where);
  try {
    const sockets = [join(own, 'socket'), `\0notegrad-${randomUUID()}`];
    for (const path of sockets) await listen({ path });
    const attempts: Attempts = {
      secret: join(own, 'secret'),
      outside: join(own, 'outside'),
      sockets,
      port: await listen({ port: 0, host: '127.0.0.1' }),
      processes: PROCESSES,
      memory: MEMORY,
      sleep: `${300 + randomInt(1e9) / 1e9}`,
    };
    writeFileSync(attempts.secret, 'secret');
    const { printed, said } = await attemptWithin(walls, folder, attempts);
    if (!printed.includes('inside') || !printed.includes('done')) {
      throw new Mistake(`nothing runs within the walls: ${said}${whatToDo(said)}`);
    }
    const holes = new Set(printed.filter((line) => line !== 'inside' && line !== 'done'));
    if (await sleepersStay(attempts.sleep)) holes.add('leaves a process behind');
    if (holes.size > 0) {
      throw new Mistake(`the walls do not hold: code within them ${[...holes].join(', ')}`);
    }
  } finally {
    for (const server of servers) server.close();
    for (const one of [own, folder]) rmSync(one, { recursive: true, force: true });
  }
}

async function attemptWithin(walls: Walls, folder: string, attempts: Attempts) {
  const limits = { memory: MEMORY, processes: PROCESSES, cpu: SECONDS };
  const args = [program, JSON.stringify(attempts)];
  const child = walls.spawn(
    process.execPath,
    args,
    { folder, limits },
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const late = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1000);
  try {
    const [printed, said] = await Promise.all([textOf(child.stdout!), textOf(child.stderr!)]);
    return { printed: printed.split('\n').filter(Boolean), said: said.trim() };
  } finally {
    clearTimeout(late);
  }
}

function listening(servers: Server[], where: ListenOptions): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(where, () => {
      const address = server.address() as AddressInfo | string | null;
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

/** Namespaces take a moment to end; what stays beyond that is ended here. */
async function sleepersStay(seconds: string): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) {
    if (sleepersLeft(seconds).length === 0) return false;
    await pause(20);
  }
  for (const pid of sleepersLeft(seconds)) process.kill(pid, 'SIGKILL');
  return true;
}

function sleepersLeft(seconds: string): readonly number[] {
  const isOne = (name: string) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8') === `sleep\0${seconds}\0`;
    } catch {
      // It has ended, or is no process at all.
      return false;
    }
  };
  return readdirSync('/proc').filter(isOne).map(Number);
}
