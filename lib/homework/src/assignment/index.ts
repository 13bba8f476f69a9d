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
 * - `runEveryCell(notebook, options)` runs all cells in a kernel of their own, past those that fail.
 * - `testGradesOf(question, runs)` says what each test of a question earned.
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
export { type Region, type RegionKind, regionsOf, withoutRegions } from './regions';
export { type ReleaseNote, releaseNoteOf } from './release-note';
export { type Repair, type Repaired, type RepairOptions, repair } from './repair';
export { readSubmission, type Submission } from './submission';
