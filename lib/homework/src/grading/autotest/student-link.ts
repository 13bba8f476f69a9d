import { type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ConfinedProcess } from '../../confinement/walls';
import { packageFolder } from '../../project';
import { FrameReader } from './frame-reader';
import { packed } from './frames';
import type { Ended } from './messages';
import type { Definitions } from './student-process';

/** Starts a process, behind whatever walls there are. */
export type Spawn = (
  command: string,
  args: readonly string[],
  options: SpawnOptions,
) => ConfinedProcess;

/** What answers for a student, wherever it is. */
export interface StudentLink {
  /** Why it answers no more. */
  readonly ended: Ended | undefined;
  send(frame: Uint8Array): void;
  /** Gives it up, for this reason. */
  end(how: Ended['how'], text: string): void;
  /** Set by who asks: takes what it says, and hears when it has ended. */
  onFrame: (frame: Buffer) => void;
  onEnd: () => void;
}

export interface StudentProcessOptions {
  /** The folder that it runs in: what the student handed in, and nothing of the tests. */
  readonly folder: string;
  readonly definitions: Definitions;
  /** Its environment, all of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** MiB of memory for objects. Default 2048. */
  readonly memory?: number;
  readonly spawn?: Spawn;
}

/** What it prints is read by nobody; more than this is too much. */
const MOST_PRINTED = 10_000_000;

/** The process of its own in which a student's definitions are. */
export function startStudentProcess({
  folder,
  definitions,
  environment,
  memory = 2048,
  spawn: start = spawn,
}: StudentProcessOptions): StudentLink {
  const program = join(packageFolder, 'dist', 'grading', 'autotest', 'student-process.js');
  const child = start(process.execPath, [`--max-old-space-size=${memory}`, program], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const channel = child.stdio[3] as Duplex;
  let ended: Ended | undefined;
  let printed = 0;
  let said = '';
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const link: StudentLink = {
    get ended() {
      return ended;
    },
    send: (frame) => {
      channel.write(frame);
    },
    end: (how, text) => {
      if (ended) return;
      ended = { says: 'ended', how, text };
      kill();
      link.onEnd();
    },
    onFrame: () => undefined,
    onEnd: () => undefined,
  };
  const reader = new FrameReader();
  channel.on('data', (piece: Buffer) => {
    try {
      for (const frame of reader.push(piece)) if (!ended) link.onFrame(frame);
    } catch {
      link.end('died', 'it said what is no answer, or one of more than 256 MB');
    }
  });
  channel.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => {
      printed += piece.length;
      said = `${said}${piece.toString('latin1')}`.slice(-2000);
      if (printed > MOST_PRINTED) link.end('died', `it printed more than ${MOST_PRINTED / 1e6} MB`);
    });
  }
  child.on('error', (error) => link.end('lost', error.message));
  // What it left behind ends with it.
  child.on('exit', kill);
  child.on('close', (code, signal) => {
    const isFull = /heap out of memory|Array buffer allocation failed/.test(said);
    const how = signal ? `signal ${signal}` : `exit code ${code}`;
    const why = isFull ? 'it ran out of memory' : `it ended its process (${how})`;
    link.end('died', child.passedLimit === undefined ? why : `it ${child.passedLimit}`);
  });
  link.send(packed({ message: definitions, blobs: [] }));
  return link;
}
