import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Mistake } from '../mistake';
import { packageFolder } from '../project';
import { removeFolder } from '../remove-folder';
import { PATIENCE, Watchdog } from '../watchdog';
import type { GradedInto, GradeTask } from './grade-into';
import type { GraderAnswer, GraderSetUp } from './grader-process';

const program = join(packageFolder, 'dist', 'grading', 'grader-process.js');
const END_MS = 10_000;

interface Waiting {
  resolve(graded: GradedInto): void;
  reject(error: Error): void;
}

/**
 * A process of its own that grades, one submission after the other; where it ends, or hangs and is ended, the
 * next has another.
 */
export class Grader {
  private child: ChildProcess | undefined;
  private waiting: Waiting | undefined;

  /**
   * @param temporary a folder for all that it leaves lying; removed where it ends
   * @param patience seconds without a word after which it is taken to hang
   */
  constructor(
    private readonly setUp: GraderSetUp,
    private readonly temporary: string,
    private readonly patience: number = PATIENCE,
  ) {}

  /**
   * Grades a submission into its folder.
   *
   * @throws a Mistake where something other than the submission failed, the process itself for one
   */
  grade(task: GradeTask): Promise<GradedInto> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.child ??= this.start();
      this.child.send({ ...task });
    });
  }

  /** Stops what it does, and ends it with all that it started. */
  async end(): Promise<void> {
    const { child } = this;
    if (child?.connected) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      child.disconnect();
      await ended;
      clearTimeout(timer);
    }
    this.clear();
  }

  private start(): ChildProcess {
    mkdirSync(this.temporary, { recursive: true });
    const child = fork(program, {
      // Ctrl-C is ours to hear.
      detached: true,
      env: { ...process.env, TMPDIR: this.temporary },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let hangs = '';
    const watchdog = new Watchdog(() => {
      hangs = `did not answer for ${this.patience} seconds, and was ended`;
      child.kill('SIGKILL');
    }, this.patience);
    const lose = (why: string) => {
      watchdog.end();
      if (this.child !== child) return;
      this.child = undefined;
      this.clear();
      this.waiting?.reject(new Mistake(`the process that grades ${why}`));
    };
    child.on('error', ({ message }) => lose(`fails: ${message}`));
    child.on('exit', (code, signal) => lose(hangs || `ended (${signal ?? `exit code ${code}`})`));
    child.on('message', (answer: GraderAnswer) => {
      watchdog.heard();
      if (answer.says === 'graded') this.waiting?.resolve(answer.graded);
      if (answer.says === 'fault') this.waiting?.reject(new Mistake(answer.message));
    });
    child.send(this.setUp);
    return child;
  }

  private clear(): void {
    removeFolder(this.temporary);
  }
}
