import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { GradeRecord } from '../assignment/grade-record';
import { feedbackPage } from '../grading/feedback-page';
import {
  gradesCsv,
  gradescopeResults,
  junitXml,
  nbgraderCsv,
  prairieLearnResults,
} from '../grading/formats';
import { NOT_GRADED } from '../grading/grade-class';
import { recordsIn, ungradedIn } from '../grading/graded-folder';
import { writeText } from '../write-text';

type Format = 'nbgrader' | 'gradescope' | 'prairielearn' | 'junit';

/** `homework feedback`: pages for students, tables for staff and other systems. */
export function addFeedback(program: Command): void {
  program
    .command('feedback')
    .description('write a page for each student, grades.csv, and grades for other systems')
    .argument('<dir>', 'what `homework grade` wrote')
    .addOption(
      new Option('--format <name>', 'grades for another system, too').choices([
        ...['nbgrader', 'gradescope', 'prairielearn', 'junit'],
      ]),
    )
    .action((folder: string, { format }: { readonly format?: Format }) => {
      const records = recordsIn(folder);
      for (const record of records) {
        writeText(join(folder, record.student, 'feedback.html'), feedbackPage(record));
      }
      const ungraded = ungradedIn(folder);
      writeText(join(folder, 'grades.csv'), gradesCsv(records, ungraded));
      console.log(`${records.length} pages: ${join(folder, 'STUDENT', 'feedback.html')}`);
      console.log(`points: ${join(folder, 'grades.csv')}`);
      for (const student of ungraded) {
        console.log(`not graded, and without a page: ${join(folder, student, NOT_GRADED)}`);
      }
      if (format) console.log(`${format}: ${writeFormat(folder, records, format)}`);
    });
}

function writeFormat(folder: string, records: readonly GradeRecord[], format: Format): string {
  const one = (name: string, text: string) => {
    writeText(join(folder, name), text);
    return join(folder, name);
  };
  const each = (resultsOf: (record: GradeRecord) => object) => {
    const name = `${format}-results.json`;
    for (const record of records) {
      one(join(record.student, name), `${JSON.stringify(resultsOf(record), null, 1)}\n`);
    }
    return join(folder, 'STUDENT', name);
  };
  switch (format) {
    case 'nbgrader':
      return one('nbgrader-grades.csv', nbgraderCsv(records));
    case 'junit':
      return one('junit.xml', junitXml(records));
    case 'gradescope':
      return each(gradescopeResults);
    case 'prairielearn':
      return each(prairieLearnResults);
  }
}
