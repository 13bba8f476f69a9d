// Prints what it takes to grade a class of CS479's assignment, of submissions that are made of its right answers
// and of wrong ones, and of hostile ones (3 %):
//   npm run build && node -r esbuild-register bench/class.ts [submissions] [one by one] [jobs …]
// Some of them (a dozen) are graded one by one first; the class has to give the same results.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssignment } from '../lib/homework/src/assignment/assignment';
import { type GradeRecord, readGradeRecord } from '../lib/homework/src/assignment/grade-record';
import { makeRelease } from '../lib/homework/src/assignment/make-release';
import { gradeIdOf } from '../lib/homework/src/grading/grade-submission';
import { sourceOf } from '../lib/homework/src/notebook';
import { processFamily, processText } from '../lib/homework/src/process-family';

const [size = 300, alone = 12, ...jobsToTry] = process.argv.slice(2).map(Number);
const cli = join(__dirname, '..', 'lib', 'homework', 'bin', 'homework.js');
const path = join(__dirname, '..', 'notebooks', 'cs479-assignment-5.ipynb');
const assignment = readAssignment(path);
const released = makeRelease(assignment).notebook;

/** Cells that take their time, and that no test looks at: tables and pictures. */
const SIDE_SHOWS = [
  ...['q1-comparison', 'q1-table', 'q2a-table', 'q2b-lengths'],
  ...['q2c-pca', 'q2e-plane', 'q2e-walk'],
];

const HOSTILE = [
  `process.kill(process.pid, 'SIGKILL');`,
  'for (;;) {}',
  `const { spawn } = require('child_process'); for (let i = 0; i < 300; i++) spawn('sleep', ['60'], { detached: true });`,
  'const all: Buffer[] = []; for (let i = 0; i < 128; i++) all.push(Buffer.alloc(2 ** 25, 1));',
  `require('fs').writeFileSync('big', Buffer.alloc(2 ** 28));`,
  `for (let i = 0; i < 1e5; i++) console.log('\\x1b[2J');`,
];

/** The same class at every run: mulberry32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A few in a hundred of the answers are missing, fail, or have another number somewhere. */
function answerOf(right: string, stub: string, random: () => number): string {
  const kind = random();
  if (kind < 0.06) return stub;
  if (kind < 0.09) return `throw new Error('not done');\n${right}`;
  if (kind < 0.15) {
    const numbers = [...right.matchAll(/(?<![\w.])[1-9]\d?(?![\w.])/g)];
    const one = numbers[Math.floor(random() * numbers.length)];
    if (!one) return right;
    const end = one.index + one[0].length;
    return `${right.slice(0, one.index)}${Number(one[0]) + 1}${right.slice(end)}`;
  }
  return right;
}

function makeClass(folder: string): readonly string[] {
  const random = chance(479);
  const rights = new Map(assignment.cells.map(({ id, source }) => [id, source]));
  const roles = new Map(assignment.cells.map(({ id, role }) => [id, role]));
  return Array.from({ length: size }, (_, i) => {
    const isHostile = i % 33 === 16;
    const cells = released.cells.map((cell) => {
      const id = gradeIdOf(cell) ?? '';
      if (SIDE_SHOWS.includes(id)) return { ...cell, source: '// left out' };
      const role = roles.get(id);
      if (role === 'written') return { ...cell, source: 'As it is.' };
      if (role !== 'solution') return cell;
      const answer = answerOf(rights.get(id) ?? '', sourceOf(cell), random);
      const attack = HOSTILE[Math.floor(i / 33) % HOSTILE.length];
      return { ...cell, source: isHostile && id === 'q2c' ? `${attack}\n${answer}` : answer };
    });
    const file = join(folder, `student${String(i).padStart(4, '0')}.ipynb`);
    writeFileSync(file, JSON.stringify({ ...released, cells }));
    return file;
  });
}

interface Graded {
  readonly seconds: number;
  /** The most that all its processes took at one time, in MiB: what they share is divided among them. */
  readonly memory: number;
}

async function grade(paths: readonly string[], out: string, jobs: number): Promise<Graded> {
  const begin = performance.now();
  const limits = ['--profile', 'quick', '--timeout', '60'];
  const args = [
    'grade',
    ...paths,
    '--assignment',
    path,
    '--out',
    out,
    '-j',
    String(jobs),
    ...limits,
  ];
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let memory = 0;
  const timer = setInterval(() => {
    memory = Math.max(memory, memoryOf(child.pid ?? 0));
  }, 2000);
  await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(timer);
  return { seconds: (performance.now() - begin) / 1000, memory };
}

function memoryOf(root: number): number {
  const shares = processFamily(root).map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(processText(pid, 'smaps_rollup'))?.[1] ?? 0),
  );
  return shares.reduce((sum, kib) => sum + kib, 0) / 1024;
}

/** All of a record but when it was made, and how long it took. */
function resultOf({ questions, failures, repairs, points }: GradeRecord): string {
  const untimed = JSON.stringify({ questions, failures, repairs, points }, (name, value) =>
    name === 'seconds' ? undefined : value,
  );
  return untimed;
}

const nameOf = (file: string) => file.replace(/^.*\/|\.ipynb$/g, '');
const recordIn = (out: string, file: string) =>
  readGradeRecord(join(out, nameOf(file), 'grade.json'));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'notegrad-bench-'));
  try {
    mkdirSync(join(folder, 'in'));
    const paths = makeClass(join(folder, 'in'));
    const step = Math.max(1, Math.floor(size / alone));
    // One of them is hostile.
    const some = paths.filter((_, i) => i % step === 16 % step).slice(0, alone);
    const load = loadavg()[0].toFixed(1);
    const commands: number[] = [];
    for (const file of some) {
      commands.push((await grade([file], join(folder, 'alone'), 1)).seconds);
    }
    const single = some.map((file) => recordIn(join(folder, 'alone'), file));
    const seconds = sum(single.map(({ runtime }) => runtime.seconds)) / some.length;
    console.log(`${size} submissions of CS479, quick profile; load at the start ${load}`);
    console.log(
      `one by one (${some.length}): ${seconds.toFixed(1)} s a submission, ${(sum(commands) / some.length).toFixed(1)} s a command`,
    );
    for (const jobs of jobsToTry.length > 0 ? jobsToTry : [1, 2]) {
      const out = join(folder, `class-${jobs}`);
      const all = await grade(paths, out, jobs);
      const records = paths.map((file) => recordIn(out, file));
      const busy = sum(records.map(({ runtime }) => runtime.seconds));
      const same = some.map((file) => recordIn(out, file));
      const slower = sum(same.map(({ runtime }) => runtime.seconds)) / (seconds * some.length);
      const share = busy / (jobs * all.seconds);
      const other = some.filter((_, i) => resultOf(same[i]) !== resultOf(single[i])).map(nameOf);
      console.log(
        `-j ${jobs}: ${all.seconds.toFixed(0)} s, ${((3600 * size) / all.seconds).toFixed(0)} submissions an hour, ${(100 * share).toFixed(1)} % of it in submissions, each of which takes ${slower.toFixed(2)} of its time alone: ${((100 * share) / slower).toFixed(1)} % of ${jobs} times one by one; ${(all.memory / jobs).toFixed(0)} MiB each; results as one by one: ${some.length - other.length} of ${some.length} ${other.join(' ')}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
