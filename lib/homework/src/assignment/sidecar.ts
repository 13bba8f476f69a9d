import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Mistake } from '../mistake';
import { type Notebook, readNotebook } from '../notebook';
import { type Assignment, assignmentOf } from './assignment';
import { releaseNoteOf } from './release-note';

const ENDING = '.assignment.json';

/** The variable that names a sidecar which lies elsewhere, as where a solution is run. */
export const SIDECAR_VARIABLE = 'NOTEGRAD_ASSIGNMENT';

/** The assignment that a student's notebook belongs to, as it was released. */
export function assignmentBeside(notebook: Notebook, path: string): Assignment {
  const note = releaseNoteOf(notebook, path);
  if (!note) {
    throw new Mistake(`${path}: is not from an assignment that \`homework release\` made`);
  }
  const sidecar = join(dirname(path), basename(note.sidecar));
  if (!existsSync(sidecar)) {
    throw new Mistake(
      `${sidecar}: is not there, which came with the notebook: put it back beside it`,
    );
  }
  return readSidecar(sidecar);
}

/** The released assignments whose notebooks lie in a folder. */
export function assignmentsIn(folder: string): readonly Assignment[] {
  const named = process.env[SIDECAR_VARIABLE];
  if (named) return [readSidecar(named)];
  const names = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  return names.sort().map((name) => readSidecar(join(folder, name)));
}

function readSidecar(path: string): Assignment {
  const assignment = assignmentOf(readNotebook(path), path);
  if (assignment.release) return assignment;
  throw new Mistake(`${path}: was not made by \`homework release\``);
}

export function sidecarOf(name: string): string {
  return `${name}${ENDING}`;
}
