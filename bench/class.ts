// Prints what it takes to grade a class: submissions of CS479's assignment and of EE-411's, which are made of their
// right answers and of wrong ones, and hostile ones (3 %):
//   npm run build && node -r esbuild-register bench/class.ts [submissions] [one by one] [jobs …]
// Some of them (a dozen) are graded one by one first; the class has to give the same results. Ctrl-C prints what is
// known so far; the same command goes on from there, also after it was killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import {
  type Assignment,
  assignmentOf,
  readAssignment,
} from '../lib/homework/src/assignment/assignment';
import { type GradeRecord, readGradeRecord } from '../lib/homework/src/assignment/grade-record';
import { makeRelease } from '../lib/homework/src/assignment/make-release';
import { gradeIdOf } from '../lib/homework/src/grading/grade-submission';
import { readNotebook, sourceOf } from '../lib/homework/src/notebook';
import { processFamily, processText } from '../lib/homework/src/process-family';

const [size = 300, alone = 12, ...jobsToTry] = process.argv.slice(2).map(Number);
const cli = join(__dirname, '..', 'lib', 'homework', 'bin', 'homework.js');
const notebooks = join(__dirname, '..', 'notebooks');
/** The same for the same class, so that the next run finds what this one did. */
const folder = join(tmpdir(), `notegrad-bench-class-${size}`);

/** An assignment, and cells that take their time and that no test looks at: tables, pictures, training. */
interface Course {
  readonly name: string;
  readonly assignment: Assignment;
  readonly sideShows: readonly string[];
  /** The answer before which hostile ones attack. */
  readonly attacked: string;
}

function cs479(): Course {
  return {
    name: 'cs479',
    assignment: readAssignment(join(notebooks, 'cs479-assignment-5.ipynb')),
    sideShows: [
      ...['q1-comparison', 'q1-table', 'q2a-table', 'q2b-lengths'],
      ...['q2c-pca', 'q2e-plane', 'q2e-walk'],
    ],
    attacked: 'q2c',
  };
}

/** EE-411 without its trainings of many minutes: its tests look at functions, and at a few names. */
function ee411(): Course {
  const path = join(notebooks, 'ee411-homework-3.ipynb');
  const whole = assignmentOf(readNotebook(path), path);
  const names = ['q21', 'q26-factors'];
  const cells = whole.notebook.cells.filter((cell, index) => {
    const marked = whole.cells.find((one) => one.index === index);
    if (!marked || cell.cell_type !== 'code' || marked.role === 'written') return false;
    return marked.role !== 'solution' || names.includes(marked.id) || isDefinition(sourceOf(cell));
  });
  const own = join(folder, 'ee411-homework-3.ipynb');
  writeFileSync(own, JSON.stringify({ ...whole.notebook, cells }));
  return { name: 'ee411', assignment: readAssignment(own), sideShows: [], attacked: 'q12' };
}

/** Whether a cell holds nothing but functions and types. */
function isDefinition(source: string): boolean {
  const { statements } = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022);
  return statements.every((one) => ts.isFunctionDeclaration(one) || ts.isTypeAliasDeclaration(one));
}

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

/** Every second submission is of this course; one in 33 is hostile, with another attack each time. */
function makeClass({ name, assignment, sideShows, attacked }: Course, offset: number): string[] {
  const random = chance(479 + offset);
  const released = makeRelease(assignment).notebook;
  const marked = new Map(assignment.cells.map((cell) => [cell.id, cell]));
  mkdirSync(join(folder, name), { recursive: true });
  const paths: string[] = [];
  for (let i = offset; i < size; i += 2) {
    const isHostile = i % 33 === 16;
    const cells = released.cells.map((cell) => {
      const id = gradeIdOf(cell) ?? '';
      if (sideShows.includes(id)) return { ...cell, source: '// left out' };
      const { role, source = '' } = marked.get(id) ?? {};
      if (role === 'written') return { ...cell, source: 'As it is.' };
      if (role !== 'solution') return cell;
      const answer = answerOf(source, sourceOf(cell), random);
      const attack = HOSTILE[Math.floor(i / 33) % HOSTILE.length];
      return { ...cell, source: isHostile && id === attacked ? `${attack}\n${answer}` : answer };
    });
    const file = join(folder, name, `student${String(i).padStart(4, '0')}.ipynb`);
    writeFileSync(file, JSON.stringify({ ...released, cells }));
    paths.push(file);
  }
  return paths;
}

/** What was measured of one folder of grades, over all runs that wrote into it. */
interface Measured {
  readonly seconds: number;
  /** The most that all its processes took at one time, in MiB: what they share is divided among them. */
  readonly memory: number;
}

const NOTHING: Measured = { seconds: 0, memory: 0 };
let running: ChildProcess | undefined;
let isInterrupted = false;

/** Grades what is not graded yet, and adds to what was measured before. */
async function grade(
  paths: readonly string[],
  { assignment }: Course,
  out: string,
  jobs: number,
): Promise<Measured> {
  const kept = `${out}.json`;
  const before = measured(out);
  if (isInterrupted || paths.every((file) => recordIn(out, file))) return before;
  const begin = performance.now();
  const limits = ['--profile', 'quick', '--timeout', '60', '--resume', '-j', String(jobs)];
  const args = ['grade', ...paths, '--assignment', assignment.path, '--out', out, ...limits];
  const child = spawn(process.execPath, [cli, ...args], {
    // Ctrl-C is ours to hear.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running = child;
  let memory = before.memory;
  const note = () => {
    memory = Math.max(memory, memoryOf(child.pid ?? 0));
    const seconds = before.seconds + (performance.now() - begin) / 1000;
    writeFileSync(kept, JSON.stringify({ seconds, memory } satisfies Measured));
  };
  const timer = setInterval(note, 2000);
  await new Promise((resolve) => child.once('exit', resolve));
  running = undefined;
  clearInterval(timer);
  note();
  return measured(out);
}

function measured(out: string): Measured {
  const kept = `${out}.json`;
  return existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : NOTHING;
}

function memoryOf(root: number): number {
  const shares = processFamily(root).map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(processText(pid, 'smaps_rollup'))?.[1] ?? 0),
  );
  return sum(shares) / 1024;
}

/** All of a record but when it was made, and how long it took. */
function resultOf({ questions, failures, repairs, points }: GradeRecord): string {
  const untimed = JSON.stringify({ questions, failures, repairs, points }, (name, value) =>
    name === 'seconds' ? undefined : value,
  );
  return untimed;
}

const nameOf = (file: string) => file.replace(/^.*\/|\.ipynb$/g, '');
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The record of a submission that is finished. */
function recordIn(out: string, file: string): GradeRecord | undefined {
  const own = join(out, nameOf(file));
  return existsSync(join(own, 'inputs.json'))
    ? readGradeRecord(join(own, 'grade.json'))
    : undefined;
}

interface Part {
  readonly course: Course;
  readonly paths: readonly string[];
  /** Those that are graded one by one, too. */
  readonly some: readonly string[];
}

/** Grades some of each course one by one, and says how long they take. */
async function gradeAlone(parts: readonly Part[]): Promise<void> {
  for (const { course, some } of parts) {
    const single = (file: string) => join(folder, 'alone', course.name, nameOf(file));
    for (const file of some) {
      mkdirSync(single(file), { recursive: true });
      await grade([file], course, single(file), 1);
    }
    const done = some.filter((file) => recordIn(single(file), file));
    const seconds = done.map((file) => recordIn(single(file), file)?.runtime.seconds ?? 0);
    const commands = done.map((file) => measured(single(file)).seconds);
    console.log(
      `${course.name}, one by one (${done.length} of ${some.length}): ${mean(seconds)} s a submission, ${mean(commands)} s a command`,
    );
  }
}

/** Grades all of them so many at a time, and says how that compares. */
async function gradeTogether(parts: readonly Part[], jobs: number): Promise<void> {
  let [wall, memory, busy, graded, together, apart] = [0, 0, 0, 0, 0, 0];
  const others: string[] = [];
  let compared = 0;
  for (const { course, paths, some } of parts) {
    const out = join(folder, `class-${jobs}`, course.name);
    mkdirSync(out, { recursive: true });
    const found = await grade(paths, course, out, jobs);
    wall += found.seconds;
    memory = Math.max(memory, found.memory);
    const records = paths.flatMap((file) => recordIn(out, file) ?? []);
    busy += sum(records.map(({ runtime }) => runtime.seconds));
    graded += records.length;
    for (const file of some) {
      const one = recordIn(join(folder, 'alone', course.name, nameOf(file)), file);
      const same = recordIn(out, file);
      if (!one || !same) continue;
      compared++;
      together += same.runtime.seconds;
      apart += one.runtime.seconds;
      if (resultOf(same) !== resultOf(one)) others.push(nameOf(file));
    }
  }
  if (graded === 0) {
    console.log(`-j ${jobs}: none of ${size} in ${wall.toFixed(0)} s`);
    return;
  }
  const share = busy / (jobs * wall);
  // Without one that was graded alone as well, there is nothing to compare with.
  const slower = compared > 0 ? together / apart : 1;
  const hourly = ((3600 * graded) / wall).toFixed(0);
  console.log(
    `-j ${jobs}: ${graded} of ${size} in ${wall.toFixed(0)} s, ${hourly} submissions an hour, ${(100 * share).toFixed(1)} % of it in submissions, each of which takes ${slower.toFixed(2)} of its time alone: ${((100 * share) / slower).toFixed(1)} % of ${jobs} times one by one; ${(memory / jobs).toFixed(0)} MiB each; results as one by one: ${compared - others.length} of ${compared} ${others.join(' ')}`,
  );
}

const mean = (values: readonly number[]) =>
  values.length > 0 ? (sum(values) / values.length).toFixed(1) : '–';

async function main(): Promise<void> {
  const interrupt = () => {
    isInterrupted = true;
    running?.kill('SIGINT');
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  mkdirSync(folder, { recursive: true });
  const parts = [cs479(), ee411()].map((course, offset): Part => {
    const paths = makeClass(course, offset);
    const step = Math.max(1, Math.floor((2 * paths.length) / alone));
    const some = paths.filter((_, i) => i % step === 8 % step).slice(0, Math.ceil(alone / 2));
    return { course, paths, some };
  });
  const load = loadavg()[0].toFixed(1);
  console.log(`${size} submissions of CS479 and EE-411, quick profile; load at the start ${load}`);
  await gradeAlone(parts);
  for (const jobs of jobsToTry.length > 0 ? jobsToTry : [1, 2]) {
    if (!isInterrupted || existsSync(join(folder, `class-${jobs}`))) {
      await gradeTogether(parts, jobs);
    }
  }
  if (isInterrupted) {
    console.log(`interrupted: the same command goes on from ${folder}`);
    process.exitCode = 130;
    return;
  }
  rmSync(folder, { recursive: true, force: true });
}

void main();
