import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../lib/homework/src/assignment/assignment';
import type { PlannedTest, TestPlan } from '../../../lib/homework/src/grading/autotest/test-plan';
import { keepPlan, keptPlan, PLAN, planKey } from '../../../lib/homework/src/grading/kept-plan';
import { temporaryFolder } from '../../support/temporary-folder';
import { given, notebook, solution, tests } from '../assignment/sketches';

const folder = temporaryFolder();
const options = { profile: 'quick', timeout: 60, notebookLimit: 600 } as const;
const outside: PlannedTest = { place: 'autotest', reason: '', copiesBack: false };
const plan: TestPlan = new Map([['q1-tests', outside]]);

function keyOf(changes: { test?: string; setup?: string; file?: string; timeout?: number } = {}) {
  const { test = 'f(1)', setup = '1', file = '1,2', timeout = options.timeout } = changes;
  const cells = [
    given('setup', setup),
    solution('q1', 'const f = (x: number) => x;'),
    tests('q1-tests', 1, test),
  ];
  const path = join(folder, 'ps.ipynb');
  writeFileSync(join(folder, 'table.csv'), file);
  writeFileSync(path, JSON.stringify(notebook(cells, { assignment: { files: ['table.csv'] } })));
  return planKey(readAssignment(path), { ...options, timeout });
}

test('a plan is found again under its own key, and under no other', () => {
  const key = keyOf();
  assert.is(keptPlan(folder, key), undefined);
  keepPlan(folder, key, plan);
  assert.equal(keptPlan(folder, keyOf()), plan);
  const others = [{ test: 'f(2)' }, { setup: '2' }, { file: '1,3' }, { timeout: 61 }];
  for (const other of others) {
    assert.is(keptPlan(folder, keyOf(other)), undefined, JSON.stringify(other));
  }
});

test('what a variable of the environment says to the library is a part of the key', () => {
  const before = keyOf();
  const { NOTEGRAD_ENGINE: engine } = process.env;
  try {
    process.env.NOTEGRAD_ENGINE = 'cpu';
    assert.is.not(keyOf(), before);
  } finally {
    if (engine === undefined) delete process.env.NOTEGRAD_ENGINE;
    else process.env.NOTEGRAD_ENGINE = engine;
  }
});

test('a plan that was cut off, or in which anything else stands, counts for none', () => {
  const key = keyOf();
  keepPlan(folder, key, plan);
  const whole = readFileSync(join(folder, PLAN), 'utf8');
  const damaged = [
    whole.slice(0, -20),
    '',
    'null',
    '[]',
    whole.replace('autotest', 'kernel'),
    whole.replace('q1-tests', 'q2-tests'),
  ];
  for (const text of damaged) {
    writeFileSync(join(folder, PLAN), text);
    assert.is(keptPlan(folder, key), undefined, text);
  }
});

test('a plan is not kept where the solution failed a test: that may have been chance', () => {
  const key = keyOf({ test: 'f(3)' });
  const failed: PlannedTest = {
    place: 'kernel',
    reason: '',
    copiesBack: false,
    solutionFails: true,
  };
  keepPlan(folder, key, new Map([['q1-tests', failed]]));
  assert.is(keptPlan(folder, key), undefined);
});

test.run();
