import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { share, writeConfig } from '../../../lib/homework/src/grading/class-workflow';
import { temporaryFolder } from '../../support/temporary-folder';

const folder = temporaryFolder();
const script = join(share, 'workflow', 'profiles', 'slurm', 'status.sh');

/** What Snakemake is told of a job where Slurm's programs say this. */
function statusWhere(programs: Readonly<Record<string, string>>): string {
  for (const [name, body] of Object.entries({ scontrol: 'exit 1', sacct: 'exit 1', ...programs })) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  return spawnSync('sh', [script, '7'], { encoding: 'utf8', env }).stdout.trim();
}

const said = (state: string) => ({
  scontrol: `echo 'JobId=7 JobName=x JobState=${state} Reason=None'`,
});

test('a job whose node died, and that waits for another, is running; one that ended is what it came to', () => {
  for (const state of ['PENDING', 'RUNNING', 'COMPLETING', 'REQUEUED', 'SUSPENDED']) {
    assert.is(statusWhere(said(state)), 'running', state);
  }
  assert.is(statusWhere(said('COMPLETED')), 'success');
  for (const state of ['FAILED', 'TIMEOUT', 'OUT_OF_MEMORY', 'NODE_FAIL', 'CANCELLED']) {
    assert.is(statusWhere(said(state)), 'failed', state);
  }
});

test('where Slurm does not answer nothing is known; where it has forgotten a job, its accounts tell', () => {
  const silent = {
    scontrol: 'echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1',
  };
  assert.is(statusWhere(silent), 'running');
  const forgotten = {
    scontrol: 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1',
  };
  assert.is(statusWhere(forgotten), 'failed');
  assert.is(statusWhere({ ...forgotten, sacct: "echo ' COMPLETED '" }), 'success');
});

test('the folder of the logs is there before a job starts, as Slurm makes none', () => {
  const config = writeConfig({
    out: join(folder, 'out'),
    assignment: '/ps.ipynb',
    groups: [],
    jobs: 1,
    memory: 1024,
    grade: [],
    feedback: [],
  });
  const profile = readFileSync(join(share, 'workflow', 'profiles', 'slurm', 'config.yaml'), 'utf8');
  const [, log] = /--output=(\S+)\/slurm-%j\.log/.exec(profile) ?? [];
  assert.ok(existsSync(join(config, '..', log ?? 'none')));
});

test.run();
