import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from 'notegrad/tooling';
import {
  type GradeRecord,
  type ManualGrade,
  totalOf,
  writeGradeRecord,
} from '../assignment/grade-record';
import { amount, listOf, oneOf, orNull, record, text } from '../assignment/shape';
import { Mistake, reasonOf } from '../mistake';
import { type Notebook, readNotebook } from '../notebook';
import { answerOf } from './answers';
import { EXECUTED, RECORD } from './graded-folder';

/** Points and words for one answer; a score of null takes a mark back. */
export type Mark = Pick<ManualGrade, 'cell' | 'score' | 'comment'>;

/** A mark that outlives the grades: grading anew takes it over where the answer is the same. */
interface KeptMark extends Mark {
  /** SHA-256 of the answer that it was given to. */
  readonly answer: string;
}

const MARKS = 'marks.json';

const marksFile = record<{ readonly version: 1; readonly marks: readonly KeptMark[] }>({
  version: oneOf(1),
  marks: listOf(
    record<KeptMark>({ cell: text, score: orNull(amount), comment: text, answer: text }),
  ),
});

/**
 * Gives marks to one student's answers: they are kept beside the grades, and stand in them.
 *
 * @throws a Mistake where there is no such answer, or a score is not from 0 to its points
 */
export function giveMarks(
  folder: string,
  grades: GradeRecord,
  marks: readonly Mark[],
): GradeRecord {
  const own = join(folder, grades.student);
  const manual = grades.questions.flatMap((question) => question.manual);
  for (const { cell, score } of marks) {
    const found = manual.find((one) => one.cell === cell);
    if (!found) throw new Mistake(`${grades.student} has no answer ${cell} to mark`);
    if (score !== null && !(score >= 0 && score <= found.max)) {
      throw new Mistake(`the score is a number from 0 to ${found.max}, not ${score}`);
    }
  }
  const executed = readNotebook(join(own, EXECUTED));
  const given = marks.map((mark) => ({ ...mark, answer: answerOf(executed, mark.cell).sha256 }));
  const others = keptMarks(own).filter(({ cell }) => !marks.some((mark) => mark.cell === cell));
  const file = { version: 1, marks: [...others, ...given] };
  writeAtomically(join(own, MARKS), [Buffer.from(`${JSON.stringify(file, null, 1)}\n`)]);
  const marked = withMarks(grades, marks);
  writeGradeRecord(join(own, RECORD), marked);
  return marked;
}

/** New grades with the marks that a person gave before, and the cells whose mark no longer holds. */
export interface Remarked {
  readonly record: GradeRecord;
  /** Answers that have changed since they were marked, or are worth less now. */
  readonly outdated: readonly string[];
}

/** Takes over, into new grades, the marks that were given to the same answers. */
export function takeOverMarks(own: string, grades: GradeRecord, executed: Notebook): Remarked {
  const manual = grades.questions.flatMap((question) => question.manual);
  const kept = keptMarks(own).filter(({ cell }) => manual.some((one) => one.cell === cell));
  const holds = ({ cell, score, answer }: KeptMark) =>
    answerOf(executed, cell).sha256 === answer &&
    (score ?? 0) <= (manual.find((one) => one.cell === cell)?.max ?? 0);
  const outdated = kept.filter((mark) => mark.score !== null && !holds(mark));
  return {
    record: withMarks(grades, kept.filter(holds)),
    outdated: outdated.map(({ cell }) => cell),
  };
}

function keptMarks(own: string): readonly KeptMark[] {
  const path = join(own, MARKS);
  if (!existsSync(path)) return [];
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Mistake(`${path}: ${reasonOf(error)}`);
  }
  return marksFile(value, path).marks;
}

function withMarks(grades: GradeRecord, marks: readonly Mark[]): GradeRecord {
  const questions = grades.questions.map((question) => {
    const manual = question.manual.map((one) => {
      const mark = marks.find(({ cell }) => cell === one.cell);
      return mark ? { ...one, score: mark.score, comment: mark.comment } : one;
    });
    const points = totalOf([...question.tests, ...manual].map(({ score }) => score));
    return { ...question, manual, points };
  });
  return { ...grades, questions, points: totalOf(questions.map(({ points }) => points)) };
}
