import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Mistake } from '../../mistake';
import { packageFolder } from '../../project';
import type { Job, Verdict } from './examiner';
import { FrameReader } from './frame-reader';
import { headOf, packed, unpacked } from './frames';
import type { StudentLink } from './student-link';

export interface ExaminationOptions {
  /** The folder that tests run in. */
  readonly folder: string;
  /** The examiner's environment, all of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds that one test may take. */
  readonly timeout: number;
}

/** For a test that is told of the end of its time. */
const GRACE_MS = 10_000;

/**
 * Runs tests in a process of the grader's, and passes on what it asks of the student's: this process alone
 * speaks with both, holds the clock, and looks into nothing.
 */
export class Examination {
  private readonly child: ChildProcess;
  private readonly channel: Duplex;
  private readonly reader = new FrameReader();
  private student: StudentLink | undefined;
  private running: { resolve(verdict: Verdict): void; reject(error: Error): void } | undefined;
  private isWaiting = false;
  private said = '';

  constructor(private readonly options: ExaminationOptions) {
    const { folder, environment } = options;
    this.child = spawn(
      process.execPath,
      [join(packageFolder, 'dist', 'grading', 'autotest', 'examiner.js')],
      {
        cwd: folder,
        env: environment,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      },
    );
    this.channel = this.child.stdio[3] as Duplex;
    this.channel.on('data', (piece: Buffer) => {
      for (const frame of this.reader.push(piece)) this.onFrame(frame);
    });
    this.channel.on('error', () => undefined);
    this.child.stderr?.on('data', (text) => {
      this.said = `${this.said}${text}`.slice(-2000);
    });
    this.child.on('error', (error) => this.fail(error.message));
    this.child.on('close', (code, signal) =>
      this.fail(`${signal ?? `exit code ${code}`} ${this.said}`),
    );
  }

  /** Whether it can take another test. */
  get isOpen(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /**
   * Runs a test.
   *
   * @throws a Mistake where the examiner itself fails: that is not the student's fault
   */
  async run(job: Job, student: StudentLink): Promise<Verdict> {
    const { timeout } = this.options;
    this.student = student;
    this.isWaiting = false;
    student.onFrame = (frame) => {
      if (!this.isWaiting) return student.end('died', 'it said what nobody asked for');
      this.isWaiting = false;
      // Whoever it claims to be: it is the student's process that says this.
      frame[4] = 0;
      this.channel.write(frame);
    };
    student.onEnd = () => this.tellEnd();
    let last: NodeJS.Timeout | undefined;
    const clock = setTimeout(() => {
      student.end('timeout', `${timeout} seconds`);
      last = setTimeout(() => this.close(), GRACE_MS);
    }, timeout * 1000);
    const tooLong: Verdict = {
      run: { status: 'timeout', text: `${timeout} seconds`, seconds: timeout, outputs: [] },
      hasChanged: false,
    };
    try {
      const verdict = await new Promise<Verdict>((resolve, reject) => {
        this.running = { resolve, reject };
        this.channel.write(packed({ message: job, blobs: [] }));
      });
      if (student.ended?.how === 'lost') {
        throw new Mistake(`the student's process cannot be started: ${student.ended.text}`);
      }
      return student.ended?.how === 'timeout' ? tooLong : verdict;
    } catch (error) {
      if (student.ended?.how === 'timeout') return tooLong;
      throw error;
    } finally {
      clearTimeout(clock);
      clearTimeout(last);
      student.onFrame = () => student.end('died', 'it said what nobody asked for');
      student.onEnd = () => undefined;
    }
  }

  close(): void {
    try {
      if (this.child.pid !== undefined && this.isOpen) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }

  private onFrame(frame: Buffer): void {
    const { party } = headOf(frame);
    if (party === 'grader') {
      const { running } = this;
      this.running = undefined;
      running?.resolve(unpacked(frame.subarray(5)).message as Verdict);
      return;
    }
    this.isWaiting = true;
    if (this.student?.ended) this.tellEnd();
    else this.student?.send(frame);
  }

  private tellEnd(): void {
    if (!this.isWaiting || !this.student?.ended) return;
    this.isWaiting = false;
    this.channel.write(packed({ message: this.student.ended, blobs: [] }, 'grader'));
  }

  private fail(what: string): void {
    this.running?.reject(new Mistake(`the process in which tests run ended: ${what.trim()}`));
    this.running = undefined;
  }
}
