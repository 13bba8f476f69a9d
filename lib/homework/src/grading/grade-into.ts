import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Assignment } from '../assignment/assignment';
import { type GradeRecord, writeGradeRecord } from '../assignment/grade-record';
import { readSubmission } from '../assignment/submission';
import { writeNotebook } from '../notebook';
import { forgetInputs, type GradeInputs, inputsOfSubmission, noteInputs } from './grade-inputs';
import { type GradeOptions, gradeSubmission } from './grade-submission';
import { EXECUTED, NOT_GRADED, RECORD } from './graded-folder';
import { takeOverMarks } from './hand-marks';

/** A submission that is to be graded, and where to. */
export interface GradeTask {
  readonly student: string;
  readonly notebook: string;
  /** The folder that was handed in, where it was one. */
  readonly folder?: string;
  /** The folder for its grades, of which nothing else is written. */
  readonly own: string;
}

export interface GradedInto {
  readonly record: GradeRecord;
  /** Answers whose mark, given by hand before, no longer holds. */
  readonly outdated: readonly string[];
}

/**
 * Grades one submission into its folder. What it follows from is noted last, so that a run which is cut off
 * at any moment leaves nothing that could be taken for its own. Marks that a person gave to the same answers
 * before are taken over.
 *
 * @param given digests of what the grade follows from besides the submission
 * @throws where something other than the submission fails
 */
export async function gradeInto(
  { student, notebook, folder, own }: GradeTask,
  assignment: Assignment,
  given: GradeInputs,
  options: Omit<GradeOptions, 'folder'>,
): Promise<GradedInto> {
  mkdirSync(own, { recursive: true });
  forgetInputs(own);
  for (const name of [RECORD, NOT_GRADED]) rmSync(join(own, name), { force: true });
  const submission = readSubmission(notebook, student);
  const inputs = { ...inputsOfSubmission(submission, folder), ...given };
  const graded = await gradeSubmission(submission, assignment, { ...options, folder });
  const { record, outdated } = takeOverMarks(own, graded.record, graded.executed);
  writeNotebook(join(own, EXECUTED), graded.executed);
  writeGradeRecord(join(own, RECORD), record);
  noteInputs(own, inputs);
  return { record, outdated };
}
