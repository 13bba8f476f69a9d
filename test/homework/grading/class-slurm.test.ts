// A class on a Slurm of two nodes that is started here, one of which dies half-way, within walls where there can be
// any. NOTEGRAD_TEST_CLASS_SIZE says how many submissions (default 6).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readGradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import { programNamed } from '../../../lib/homework/src/confinement/program-named';
import { temporaryFolder } from '../../support/temporary-folder';
import { wallsOr } from '../confinement/hostile';
import { homework } from '../notebooks';
import { handInSmall, writeSmallAssignment } from './small-class';

const script = join(__dirname, '..', '..', '..', 'scripts', 'slurm-here.sh');
const missing = ['snakemake', 'slurmctld', 'slurmd', 'munged', 'ip'].filter(
  (name) => !programNamed(name),
);
const size = Number(process.env.NOTEGRAD_TEST_CLASS_SIZE ?? 6);

test('where a node dies half-way, every submission has its result all the same', async () => {
  if (missing.length > 0 || process.getuid?.() !== 0) {
    const why = missing.length > 0 ? `no ${missing.join(', ')}` : 'only root starts a Slurm';
    console.log(`skipped: ${why}`);
    return;
  }
  const walls = await wallsOr((reason) => console.log(`unconfined: ${reason}`));
  const folder = temporaryFolder();
  const slurm = join(folder, 'slurm');
  const started = spawnSync(script, ['start', slurm], { encoding: 'utf8' });
  try {
    assert.is(started.status, 0, started.stderr + started.stdout);
    process.env.SLURM_CONF = join(slurm, 'slurm.conf');
    const assignment = writeSmallAssignment(folder);
    const students = Array.from({ length: size }, (_, i) => `student${i}`);
    for (const [i, student] of students.entries()) {
      handInSmall(assignment, join(folder, 'in', `${student}.ipynb`), `const two = ${i % 3};`);
    }
    let isKilled = false;
    const args = ['class', 'in', '--assignment', assignment, '--out', 'out', '--no-pdf'];
    const own = ['--profile', 'slurm', '--group', String(Math.ceil(size / 3))];
    if (!walls) own.push('--unconfined');
    const { code, stdout, stderr } = await homework(
      folder,
      [...args, ...own, '-j', '1'],
      (said) => {
        if (isKilled || !said.includes(`${Math.ceil(size / 3)} of ${size}`)) return;
        isKilled = true;
        const pid = Number(readFileSync(join(slurm, 'slurmd-n1.pid'), 'utf8'));
        process.kill(pid, 'SIGKILL');
      },
    );
    assert.is(code, 0, stderr + stdout);
    assert.ok(isKilled);
    const grades = readFileSync(join(folder, 'out', 'grades.csv'), 'utf8');
    const [, ...rows] = grades.trim().split('\n');
    assert.equal(
      rows.sort(),
      students.map((student, i) => `${student},${i % 3 === 2 ? '2,2,2' : '0,0,2'}`).sort(),
    );
    for (const student of students) {
      const record = readGradeRecord(join(folder, 'out', student, 'grade.json'));
      assert.is(record.runtime.confined, walls !== undefined, student);
    }
  } finally {
    spawnSync(script, ['stop', slurm]);
  }
});

test.run();
