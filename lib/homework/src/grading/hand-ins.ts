import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { reasonOf } from '../mistake';
import { nameOf } from '../notebook';
import { flawOfFolder } from './hand-in-limits';

/** A path that was given for grading, and whose it is. */
export interface HandIn {
  readonly student: string;
  /** The notebook; undefined where there is none that can be graded. */
  readonly notebook?: string;
  /** The folder that was handed in, where it was one. */
  readonly folder?: string;
  /** Why it cannot be graded. */
  readonly flaw?: string;
  /** Whether nothing can be written under its name. */
  readonly isNameless?: boolean;
}

/**
 * Whose notebooks these are. A folder is a student's and is called so; so is the folder above a notebook
 * that has the assignment's name (as nbgrader has it, `ada/ps1/ps1.ipynb`); any other notebook is called
 * like its student. A name that stands there twice, also in letters of another case or of another Unicode
 * form, is graded for neither: a disk may hold but one folder for both.
 */
export function handInsOf(paths: readonly string[], assignment: string): readonly HandIn[] {
  const found = paths.map((path) => handInOrFlaw(path, assignment));
  return found.map((one) => {
    const same = found.filter(({ student }) => oneForm(student) === oneForm(one.student));
    if (same.length === 1) return one;
    const places = same.map((other) => other.notebook ?? other.folder).join(', ');
    return { ...one, flaw: `${same.length} submissions of this name: ${places}` };
  });
}

/** What names have in common that some disks, and readers, take for the same. */
function oneForm(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** One that is closed to us fails alone. */
function handInOrFlaw(path: string, assignment: string): HandIn {
  try {
    return handInAt(path, assignment);
  } catch (error) {
    const isNotebook = path.endsWith('.ipynb');
    const student = isNotebook ? studentOf(path, assignment) : ownerOf(path, assignment);
    return checked({ student, flaw: reasonOf(error) });
  }
}

function handInAt(path: string, assignment: string): HandIn {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry)
    return checked({ student: studentOf(path, assignment), flaw: `${path}: no such file` });
  if (!entry.isDirectory())
    return checked({ student: studentOf(path, assignment), notebook: path });
  return checked({ student: ownerOf(path, assignment), ...notebookIn(path, assignment) });
}

/** The notebook of a student's folder, or why there is none. */
function notebookIn(path: string, assignment: string): Omit<HandIn, 'student'> {
  // nbgrader has ada/ps1/ps1.ipynb.
  const inner = join(path, assignment);
  const folder = notebooksIn(path).length === 0 && notebooksIn(inner).length > 0 ? inner : path;
  const notebooks = notebooksIn(folder);
  const [only] = notebooks.length === 1 ? notebooks : notebooks.filter(isNamed(assignment));
  if (only === undefined) return { folder, flaw: flawOf(folder, notebooks.length, assignment) };
  return { folder, notebook: join(folder, only) };
}

/** The names of the notebooks in a folder; none where it is no folder. */
function notebooksIn(folder: string): readonly string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
}

function flawOf(folder: string, count: number, assignment: string): string {
  const isOfAll =
    count === 0 && readdirSync(folder).some((name) => notebooksIn(join(folder, name)).length > 0);
  if (isOfAll) return `holds folders with notebooks, and none itself: grade ${join(folder, '*')}`;
  return `holds ${count} notebooks, and none of them is ${assignment}.ipynb`;
}

function isNamed(assignment: string): (name: string) => boolean {
  return (name) => nameOf(name) === assignment;
}

/** Whose folder it is. */
function ownerOf(path: string, assignment: string): string {
  const own = resolve(path);
  return basename(basename(own) === assignment ? dirname(own) : own);
}

function studentOf(path: string, assignment: string): string {
  if (nameOf(path) !== assignment) return nameOf(path);
  const folders = [dirname(resolve(path)), dirname(dirname(resolve(path)))].map((one) =>
    basename(one),
  );
  return folders.find((name) => name !== assignment) ?? nameOf(path);
}

/** A student's name becomes a folder's, beside files of the whole course, and a line of tables. */
function isStudentName(name: string): boolean {
  return (
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@+'’-]*$/u.test(name) &&
    !/\.(?:ipynb|csv|html|pdf|xml|json|txt|tmp)$/i.test(name)
  );
}

function checked(handIn: HandIn): HandIn {
  if (!isStudentName(handIn.student)) {
    const flaw =
      "this cannot be a student's name (letters, digits, blanks and ._@+'- can, and no ending of a file): rename it";
    return { student: JSON.stringify(handIn.student), flaw, isNameless: true };
  }
  if (handIn.flaw || !handIn.notebook) return handIn;
  const isFile = lstatSync(handIn.notebook).isFile();
  const flaw = isFile
    ? handIn.folder && flawOfFolder(handIn.folder)
    : `${handIn.notebook}: is no regular file`;
  return flaw ? { ...handIn, flaw } : handIn;
}
