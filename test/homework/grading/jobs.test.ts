import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultJobs, jobsByMemory } from '../../../lib/homework/src/grading/jobs';

const GIB = 2 ** 30;

test('one submission a core is graded at a time, as far as there is 1 GiB for each', () => {
  assert.is(defaultJobs(8, 64 * GIB), 8);
  assert.is(defaultJobs(8, 3.9 * GIB), 3);
  assert.is(defaultJobs(8, 0.5 * GIB), 1, 'one is always graded');
  assert.is(jobsByMemory(2.5 * GIB), 2);
});

test.run();
