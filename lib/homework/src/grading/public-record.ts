import type { Assignment } from '../assignment/assignment';
import type { GradeRecord } from '../assignment/grade-record';
import { sourceOf } from '../notebook';

const WITHHELD = 'withheld: it repeats a line of a hidden test';
/** A line with fewer letters and digits may stand anywhere. */
const FEWEST_LETTERS = 8;

/**
 * A record as students may read it: without messages that repeat a line of a hidden test, which code of
 * a student can find in the kernel and throw as its own error.
 */
export function publicRecord(record: GradeRecord, assignment: Assignment): GradeRecord {
  const lines = hiddenLines(assignment);
  const safe = (message: string) => {
    const plain = withoutSpace(message);
    return lines.some((line) => plain.includes(line)) ? WITHHELD : message;
  };
  return {
    ...record,
    questions: record.questions.map((question) => ({
      ...question,
      tests: question.tests.map((test) => ({
        ...test,
        message: { public: safe(test.message.public), private: '' },
      })),
    })),
    failures: record.failures.map((failure) => ({ ...failure, message: safe(failure.message) })),
  };
}

function hiddenLines({ cells, notebook }: Assignment): readonly string[] {
  const visible = [
    ...cells.map(({ released }) => released),
    ...notebook.cells.filter((_, i) => !cells.some(({ index }) => index === i)).map(sourceOf),
  ].map(withoutSpace);
  return cells
    .filter(({ role }) => role === 'tests')
    .flatMap(({ regions }) => regions.flatMap((region) => region.lines))
    .map(withoutSpace)
    .filter((line) => line.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= FEWEST_LETTERS)
    .filter((line) => !visible.some((text) => text.includes(line)));
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s/g, '');
}
