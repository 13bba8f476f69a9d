import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  defaultJobs,
  jobsByMemory,
  memoryEach,
  memoryLimit,
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

test.run();
