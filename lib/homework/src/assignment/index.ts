/**
 * Assignments, from an instructor's notebook to grades.
 *
 * - `readAssignment(path)` reads an instructor's or a released notebook: an `Assignment` of
 *   `Question`s, each with its `solutions` (code that is tested), `tests` (`TestCell`s) and `manual`
 *   cells (written answers and tasks, which a person marks). Every `MarkedCell` has its whole `source`
 *   and what students get of it, `released`. All flaws are listed in one `Mistake`.
 * - `readSubmission(path, student)` reads what was handed in.
 * - `repair(submission.notebook, assignment, { tests: 'all' })` puts the submission back into the form
 *   in which it was released, with the hidden tests, and tells what it did.
 * - `runEveryCell(notebook, options)` runs all cells in a kernel of their own, past those that fail: a
 *   `CellRun` for each code cell, by its place in the notebook that was run. The kernel's variable
 *   `SIDECAR_VARIABLE` names the released assignment for the notebook's own `await check('q1')`.
 * - `testGradesOf(test, run)` says what a test cell earned: one `TestGrade`, or one for each named part,
 *   with what a student may read and what staff may. Find the run of a test in the repaired notebook
 *   by its grade_id (`checkNotebook` does so).
 * - `makeRelease(assignment)` gives the student's notebook and the one of stubs with all tests;
 *   `release` also proves that it can be graded, and writes it with its sidecar, which is the released
 *   notebook once more: `assignmentBeside(notebook, path)` reads it.
 * - `GradeRecord` is what is known of a graded submission; `readGradeRecord` and `writeGradeRecord`
 *   check it, sums included.
 *
 * @module
 */
export {
  ANSWER_HERE,
  type Assignment,
  assignmentOf,
  isTestCell,
  type MarkedCell,
  type Question,
  questionOf,
  readAssignment,
  type TestCell,
} from './assignment';
export { type CellMarks, checksumOf, isLocked, marksOf, type Role, roleOf } from './cell-marks';
export {
  type Checked,
  type CheckOptions,
  checkNotebook,
  compareWithRelease,
} from './check-notebook';
export { checkReport } from './check-report';
export {
  type GradeFailure,
  type GradeRecord,
  gradeRecordOf,
  type ManualGrade,
  type QuestionGrade,
  readGradeRecord,
  type TestGrade,
  type TestStatus,
  totalOf,
  writeGradeRecord,
} from './grade-record';
export { makeRelease, type Release } from './make-release';
export { type Region, type RegionKind, regionsOf, withoutRegions } from './regions';
export { type Released, type ReleaseOptions, release } from './release';
export { type ReleaseNote, releaseNoteOf } from './release-note';
export { type Repair, type Repaired, type RepairOptions, repair } from './repair';
export { type CellRun, type RunEveryCellOptions, runEveryCell } from './run-every-cell';
export { assignmentBeside, assignmentsIn, SIDECAR_VARIABLE, sidecarOf } from './sidecar';
export { readSubmission, type Submission } from './submission';
export { testGradesOf } from './test-grades';
