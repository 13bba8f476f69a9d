import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  defaultJobs,
  jobsByMemory,
  memoryEach,
  memoryLimit,
  memoryOfJob,
} from '../../../lib/homework/src/grading/jobs';

const GIB = 2 ** 30;

test('one submission a core is graded at a time, as far as there is memory for each', () => {
  const usual = memoryEach({});
  assert.is(defaultJobs(usual, 8, 64 * GIB), 8);
  assert.is(defaultJobs(usual, 8, 3.9 * GIB), 3);
  assert.is(defaultJobs(usual, 8, 0.5 * GIB), 1, 'one is always graded');
  assert.is(jobsByMemory(usual, 2.5 * GIB), 2);
});

test('an assignment that takes more memory gets it, and fewer are graded at a time', () => {
  const large = { memory: 3072 };
  assert.is(memoryLimit(large), 3072);
  assert.is(jobsByMemory(memoryEach(large), 8 * GIB), 2);
  assert.is(memoryLimit(large, 4096), 4096, 'who says --memory is heard');
  assert.is(memoryLimit({}), 2048);
});

test('a job of a cluster has memory for one submission that goes up to the limit of its walls', () => {
  assert.is(memoryOfJob(1, {}), 2048 + 512);
  assert.is(memoryOfJob(4, {}), 3 * 1024 + 2048 + 512);
  assert.is(memoryOfJob(2, { memory: 3072 }), 2 * 3072 + 512);
  assert.is(memoryOfJob(2, {}, 6000), 1024 + 6000 + 512, 'who says --memory is heard');
});

test.run();
