import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GradeRecord } from '../assignment/grade-record';
import { startProgress } from '../cell-progress';
import { type Course, courseIn } from '../grading/course';
import {
  gradescopeRefusal,
  gradescopeResults,
  junitXml,
  nbgraderCsv,
  prairieLearnRefusal,
  prairieLearnResults,
} from '../grading/formats';
import { NOT_GRADED, type Ungraded } from '../grading/graded-folder';
import { writeFeedback } from '../grading/write-feedback';
import { Mistake } from '../mistake';
import type { Paper } from '../pdf/print-notebook';
import { beatBeside } from '../watchdog';
import { writeText } from '../write-text';
import { abortOnInterrupt } from './interrupt';

const FORMATS = ['nbgrader', 'gradescope', 'prairielearn', 'junit'] as const;

type Format = (typeof FORMATS)[number];

interface Options {
  readonly format: readonly Format[];
  readonly leaderboard: boolean;
  readonly paper: Paper;
  readonly pdf: boolean;
  readonly students?: readonly string[];
  readonly course: boolean;
  readonly outcomes?: string;
}

/** `homework feedback`: pages for students, tables for staff and other systems. */
export function addFeedback(program: Command): void {
  program
    .command('feedback')
    .description('write pages for students and staff, grades.csv, and grades for other systems')
    .argument('<dir>', 'what `homework grade` wrote')
    .addOption(
      new Option(
        '--format <name>',
        `grades for another system, too (${FORMATS.join(', ')}); may be said more than once`,
      )
        .argParser(oneMore)
        .default([], 'none'),
    )
    .option('--leaderboard', 'with gradescope: enter points and seconds in a leaderboard', false)
    .addOption(
      new Option('--paper <size>', 'size of the pages').choices(['a4', 'letter']).default('a4'),
    )
    .option('--no-pdf', 'write HTML alone, for which no browser is needed')
    .option('--students <name...>', 'the pages of these students alone')
    .option('--course', 'the pages and tables of the course alone', false)
    .option(
      '--outcomes <file>',
      'write which pages cannot be printed, as JSON, once all others are: none has to be tried again',
    )
    .action(async (folder: string, options: Options) => {
      const { format, leaderboard, outcomes: file } = options;
      if (leaderboard && !format.includes('gradescope')) {
        throw new Mistake('feedback: a leaderboard is Gradescope’s: say --format gradescope, too');
      }
      if (options.students && options.course) {
        throw new Mistake('feedback: say --students or --course, and neither for all');
      }
      const students = options.course ? [] : options.students;
      const ofCourse = options.students === undefined;
      const course = courseIn(folder);
      const known = [...course.records, ...course.ungraded].map(({ student }) => student);
      const unknown = students?.filter((name) => !known.includes(name)) ?? [];
      if (unknown.length > 0) {
        throw new Mistake(`feedback: ${folder} has no grades of ${unknown.join(', ')}`);
      }
      const { records, ungraded } = course;
      const endBeat = file ? beatBeside(file) : undefined;
      const { signal, end } = abortOnInterrupt();
      const progress = startProgress();
      try {
        const unprinted = await writeFeedback(folder, course, {
          ...options,
          students,
          course: ofCourse,
          signal,
          onWritten: (pages, total) => progress.show(`${pages} of ${total} pages printed`),
        });
        progress.clear();
        const kinds = options.pdf ? '{html,pdf}' : 'html';
        const pagesOf = students ?? records.map(({ student }) => student);
        if (pagesOf.length > 0) {
          console.log(
            `${pagesOf.length} students: ${join(folder, 'STUDENT', `feedback.${kinds}`)}`,
          );
        }
        if (ofCourse) {
          console.log(`the course: ${join(folder, `course.${kinds}`)}`);
          console.log(`points: ${join(folder, 'grades.csv')}`);
        }
        for (const { student } of ungraded) {
          console.log(`not graded, and without a page: ${join(folder, student, NOT_GRADED)}`);
        }
        for (const one of format) {
          console.log(`${one}: ${writeFormat(folder, course, one, leaderboard)}`);
        }
        for (const { target, reason } of unprinted)
          console.error(`not printed: ${target}: ${reason}`);
        if (file) writeText(file, `${JSON.stringify(unprinted, null, 1)}\n`);
        if (unprinted.length > 0) process.exitCode = 1;
      } finally {
        progress.clear();
        endBeat?.();
        end();
        if (signal.aborted) process.exitCode = 130;
      }
    });
}

function oneMore(name: string, named: readonly Format[]): readonly Format[] {
  const format = FORMATS.find((one) => one === name);
  if (format) return [...named, format];
  throw new InvalidArgumentError(`Allowed choices are ${FORMATS.join(', ')}.`);
}

function writeFormat(folder: string, course: Course, format: Format, leaderboard: boolean): string {
  const one = (name: string, text: string) => {
    writeText(join(folder, name), text);
    return join(folder, name);
  };
  const each = (
    resultsOf: (record: GradeRecord) => object,
    refusalOf: (student: Ungraded) => object,
  ) => {
    const name = `${format}-results.json`;
    const write = (student: string, results: object) =>
      one(join(student, name), `${JSON.stringify(results, null, 1)}\n`);
    for (const record of course.records) write(record.student, resultsOf(record));
    // What was no student's fault has no result: it is tried again.
    const refused = course.ungraded.filter(({ kind }) => kind === 'student');
    for (const student of refused) write(student.student, refusalOf(student));
    return join(folder, 'STUDENT', name);
  };
  switch (format) {
    case 'nbgrader':
      return one('nbgrader-grades.csv', nbgraderCsv(course));
    case 'junit':
      return one('junit.xml', junitXml(course));
    case 'gradescope':
      return each((record) => gradescopeResults(record, { leaderboard }), gradescopeRefusal);
    case 'prairielearn':
      return each(prairieLearnResults, prairieLearnRefusal);
  }
}
