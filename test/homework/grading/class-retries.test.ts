// Jobs of a class that write pages, and are killed or hang: they are tried again, and those that end are not.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { programNamed } from '../../../lib/homework/src/confinement/program-named';
import {
  ownCommand,
  startSnakemake,
  unprintedIn,
  writeConfig,
} from '../../../lib/homework/src/grading/class-workflow';
import { temporaryFolder } from '../../support/temporary-folder';
import { sketchGrades } from './sketched-course';

const folder = temporaryFolder();
const out = join(folder, 'out');
const asked = join(folder, 'asked');
/** Longer than our command takes to start on a machine that does much else. */
const PATIENCE = 12;

const unprinted = { target: join(out, 'cyd', 'feedback.pdf'), reason: 'no font has this letter' };

/**
 * Stands for `homework`: submissions are graded already, a page of Cyd's cannot be printed, and the first job for the
 * pages of Ada is killed while it writes, and the first for those of the course hangs.
 */
const STAND_IN = `#!/usr/bin/env bash
set -u
[ "$1" = grade ] && job=grade || job="\${@: -1}"
outcomes="$(sed 's/.*--outcomes \\([^ ]*\\).*/\\1/' <<< "$*")"
echo "$job" >> '${asked}'
tries="$(grep -cx -e "$job" '${asked}')"
case "$job $tries" in
  grade*) echo '[]' > "$outcomes" && exit ;;
  cyd*) echo '${JSON.stringify([unprinted])}' > "$outcomes" && exit 1 ;;
  'ada 1') echo half > '${join(out, 'ada', 'feedback.html')}' && kill -KILL $$ ;;
  '--course 1') kill -STOP $$ ;;
esac
exec ${ownCommand.map((part) => `'${part}'`).join(' ')} "$@"
`;

test('jobs that write pages are tried again where they are killed or hang, and not for a page that cannot be', async () => {
  const missing = ['snakemake', 'flock'].filter((name) => !programNamed(name));
  if (missing.length > 0) {
    console.log(`skipped: no ${missing.join(', ')}`);
    return;
  }
  for (const student of ['ada', 'cyd']) sketchGrades(out, student, 'An answer.');
  const groups = ['ada', 'cyd'].map((student) => ({
    id: `of-${student}`,
    paths: [join(folder, `${student}.ipynb`)],
    students: [student],
  }));
  const standIn = join(folder, 'stand-in');
  writeFileSync(standIn, STAND_IN);
  chmodSync(standIn, 0o755);
  const workflow = { out, assignment: join(out, 'ps1.ipynb'), groups, jobs: 1, memory: 1024 };
  const config = writeConfig({ ...workflow, grade: [], feedback: ['--no-pdf'] }, [standIn]);
  const told = JSON.parse(readFileSync(config, 'utf8'));
  writeFileSync(config, JSON.stringify({ ...told, patience: PATIENCE }));
  const { child, log } = startSnakemake(out, 'local', config, ['--cores', '2']);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  assert.is(code, 0, readFileSync(log, 'utf8'));
  const jobs = ['--course', '--course', 'ada', 'ada', 'cyd', 'grade', 'grade'];
  assert.equal(readFileSync(asked, 'utf8').trim().split('\n').sort(), jobs);
  assert.match(readFileSync(join(out, 'ada', 'feedback.html'), 'utf8'), '</html>');
  assert.ok(existsSync(join(out, 'course.html')));
  assert.equal(unprintedIn(out, groups), [unprinted]);
});

test.run();
