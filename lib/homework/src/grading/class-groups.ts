import { type Dirent, existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Assignment } from '../assignment/assignment';
import { readGradeRecord } from '../assignment/grade-record';
import { readSubmission } from '../assignment/submission';
import { reasonOf } from '../mistake';
import { sha256 } from '../run-record';
import type { Outcome } from './grade-class';
import {
  changesSince,
  forgetInputs,
  type GradeInputs,
  hasInputs,
  inputsOfSubmission,
} from './grade-inputs';
import { NOT_GRADED, RECORD, ungradedOf } from './graded-folder';
import { type HandIn, handInsOf } from './hand-ins';

/** Submissions that one job grades. */
export interface Group {
  /** A digest of all that their grades follow from: what has changed is another group. */
  readonly id: string;
  readonly paths: readonly string[];
  /** Those that have a name under which something can be written. */
  readonly students: readonly string[];
}

/** What lies in a folder of submissions: notebooks and folders of students, and names of what is neither. */
export function submissionsIn(folder: string): {
  readonly paths: readonly string[];
  readonly others: readonly string[];
} {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const isOne = (entry: Dirent) => entry.isDirectory() || entry.name.endsWith('.ipynb');
  return {
    paths: entries.filter(isOne).map(({ name }) => join(folder, name)),
    others: entries.filter((entry) => !isOne(entry)).map(({ name }) => name),
  };
}

/**
 * Groups of about equal size. What cannot be graded goes together, as a name that stands there twice is seen
 * by who gets both.
 *
 * @param given digests of what grades follow from besides submissions
 * @param most the most submissions of a group
 * @param atATime how many groups are graded at a time: as many are always busy, as far as that goes
 */
export function groupsOf(
  paths: readonly string[],
  assignment: Assignment,
  given: GradeInputs,
  { most, atATime = 1 }: { readonly most: number; readonly atATime?: number },
): readonly Group[] {
  const handIns = handInsOf(paths, assignment.name);
  const all = handIns
    .map((handIn, i) => ({ path: paths[i], handIn, digest: digestOf(handIn, paths[i]) }))
    .sort((a, b) => Number(Boolean(b.handIn.flaw)) - Number(Boolean(a.handIn.flaw)));
  const rounds = Math.ceil(all.length / (most * atATime));
  const flawed = all.filter(({ handIn }) => handIn.flaw).length;
  const size = Math.max(Math.ceil(all.length / (rounds * atATime)), flawed);
  const groups: Group[] = [];
  for (let begin = 0; begin < all.length; begin += size) {
    const part = all.slice(begin, begin + size);
    groups.push({
      id: sha256(JSON.stringify([given, part.map(({ path, digest }) => [path, digest])])).slice(
        0,
        16,
      ),
      paths: part.map(({ path }) => path),
      students: part.flatMap(({ handIn }) => (handIn.isNameless ? [] : handIn.student)),
    });
  }
  return groups;
}

function digestOf(handIn: HandIn, path: string): string {
  const inputs = inputsOf(handIn);
  if ('flaw' in inputs) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return JSON.stringify([inputs.flaw, found?.mtimeMs, found?.size]);
  }
  return JSON.stringify(inputs);
}

function inputsOf({ flaw, notebook, student, folder }: HandIn): GradeInputs | { flaw: string } {
  if (flaw !== undefined || notebook === undefined) return { flaw: flaw ?? '' };
  try {
    return inputsOfSubmission(readSubmission(notebook, student), folder);
  } catch (error) {
    return { flaw: reasonOf(error) };
  }
}

/**
 * Takes away what is graded anew.
 *
 * @returns the students whose grades stay
 */
export function forgetGrades(
  paths: readonly string[],
  assignment: Assignment,
  given: GradeInputs,
  { out, resume }: { readonly out: string; readonly resume: boolean },
): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const handIn of handInsOf(paths, assignment.name)) {
    if (handIn.isNameless) continue;
    const own = join(out, handIn.student);
    const inputs = inputsOf(handIn);
    const isSame = !('flaw' in inputs) && changesSince(own, { ...inputs, ...given })?.length === 0;
    if (resume && isSame && existsSync(join(own, RECORD))) kept.add(handIn.student);
    else if (existsSync(own)) {
      forgetInputs(own);
      for (const name of [RECORD, NOT_GRADED]) rmSync(join(own, name), { force: true });
    }
  }
  return kept;
}

/** How the submission of a student came out, as far as that is known. */
export function outcomeIn(out: string, student: string): Outcome | undefined {
  const own = join(out, student);
  if (existsSync(join(own, NOT_GRADED))) return { student, failure: ungradedOf(out, student) };
  return hasInputs(own) ? { student, record: readGradeRecord(join(own, RECORD)) } : undefined;
}
