import { printableLine } from '../printable';
import type { Outcome } from './grade-class';

/** Tells how far the grading of a class is. */
export interface ClassProgress {
  /** This many are to be graded. */
  count(toGrade: number): void;
  start(student: string): void;
  /** Something failed that is not the student's fault. */
  fault(student: string, message: string): void;
  /** How one came out; those before `count` needed no grading. */
  grade(outcome: Outcome): void;
  clear(): void;
}

/** How many of those that were graded last a person at a terminal sees. */
const LAST = 8;

/**
 * A table that is rewritten, of who is graded now and who was last, where a person watches a terminal; else a
 * line for each. Both say how many there are, and when all will be graded if the others take as long.
 */
export function startClassProgress(
  stream: NodeJS.WriteStream = process.stdout,
  now: () => number = Date.now,
): ClassProgress {
  const isWatched = stream.isTTY && !process.env.CI;
  const startedAt = new Map<string, number>();
  const last: string[] = [];
  let [toGrade, graded, begin, drawn] = [0, 0, now(), 0];
  const estimate = () => {
    if (graded === 0 || graded >= toGrade) return '';
    const left = ((now() - begin) / graded) * (toGrade - graded);
    const end = new Date(now() + left).toTimeString().slice(0, 5);
    return `, all at about ${end} (in ${duration(left)})`;
  };
  const erase = () => {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    erase();
    const running = [...startedAt].map(
      ([student, at]) => `  ${student}  … ${duration(now() - at)}`,
    );
    const lines = [`${graded} of ${toGrade} graded${estimate()}`, ...running, ...last];
    const shown = lines.slice(0, Math.max(1, stream.rows - 1));
    for (const line of shown) stream.write(`${printableLine(line).slice(0, stream.columns - 1)}\n`);
    drawn = shown.length;
  };
  const timer = isWatched ? setInterval(draw, 500).unref() : undefined;
  const say = (line: string) => {
    if (isWatched) draw();
    else stream.write(`${printableLine(line)}\n`);
  };
  return {
    count: (number) => {
      [toGrade, begin] = [number, now()];
      if (number > 0) say(`0 of ${number} graded`);
    },
    start: (student) => {
      startedAt.set(student, now());
      if (isWatched) draw();
    },
    fault: (student, message) => {
      erase();
      stream.write(`${printableLine(`${student}: ${message}; it is tried again`)}\n`);
      if (isWatched) draw();
    },
    grade: (outcome) => {
      const { student } = outcome;
      if (toGrade === 0) return;
      const seconds = outcome.record?.runtime.seconds;
      const took = seconds === undefined ? '' : ` (${duration(seconds * 1000)})`;
      startedAt.delete(student);
      graded++;
      last.unshift(`  ${student}  ${resultOf(outcome)}${took}`);
      last.length = Math.min(last.length, LAST);
      say(`${graded} of ${toGrade}: ${student} ${resultOf(outcome)}${took}${estimate()}`);
    },
    clear: () => {
      clearInterval(timer);
      erase();
    },
  };
}

function resultOf({ record, failure }: Outcome): string {
  if (!record) return `not graded (${failure?.kind})`;
  return record.points === null ? 'graded' : `${record.points}/${record.max}`;
}

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
