import type { GradeRecord, ManualGrade } from '../assignment/grade-record';
import { recordsIn } from '../grading/graded-folder';
import { giveMarks } from '../grading/hand-marks';
import { Mistake } from '../mistake';

/** One answer of one student that a person marks, and its mark so far. */
export interface QueueItem extends ManualGrade {
  readonly student: string;
  readonly question: string;
  /** The heading of the question. */
  readonly title: string;
}

/** All answers to be marked, question by question, and in each the students by name. */
export function queueOf(folder: string): readonly QueueItem[] {
  const records = recordsIn(folder);
  const items = records.flatMap(itemsOf);
  const cells = [...new Set(items.map(({ cell }) => cell))];
  return cells.flatMap((cell) => items.filter((item) => item.cell === cell));
}

function itemsOf({ student, questions }: GradeRecord): readonly QueueItem[] {
  return questions.flatMap(({ id, title, manual }) =>
    manual.map((one) => ({ ...one, student, question: id, title })),
  );
}

/** What is to be saved, and what stood there when it was typed. */
export interface Save extends Pick<QueueItem, 'student' | 'cell' | 'score' | 'comment'> {
  readonly was: Pick<QueueItem, 'score' | 'comment'>;
}

export interface Saved {
  /** The answer as it is now. */
  readonly item: QueueItem;
  /** Whether another mark had been given in the meantime: then that one stays. */
  readonly isConflict: boolean;
}

/**
 * Saves a mark unless someone else gave another one since.
 *
 * @throws a Mistake where there is no such answer, or the score is not one
 */
export function save(folder: string, { student, cell, score, comment, was }: Save): Saved {
  const record = recordsIn(folder).find((one) => one.student === student);
  if (!record) throw new Mistake(`no student ${student} was graded`);
  const present = itemIn(record, cell);
  if (present.score !== was.score || present.comment !== was.comment) {
    const isSame = present.score === score && present.comment === comment;
    return { item: present, isConflict: !isSame };
  }
  return {
    item: itemIn(giveMarks(folder, record, [{ cell, score, comment }]), cell),
    isConflict: false,
  };
}

function itemIn(record: GradeRecord, cell: string): QueueItem {
  const found = itemsOf(record).find((item) => item.cell === cell);
  if (found) return found;
  throw new Mistake(`${record.student} has no answer ${cell} to mark`);
}
