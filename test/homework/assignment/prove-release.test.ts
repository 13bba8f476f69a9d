import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assignmentOf } from '../../../lib/homework/src/assignment/assignment';
import { makeRelease } from '../../../lib/homework/src/assignment/make-release';
import { leaks } from '../../../lib/homework/src/assignment/prove-release';
import { code, notebook, solution } from './sketches';

const assignment = assignmentOf(
  notebook([
    code('function doubled(x: number[]): number[] {\n  return x.map((v) => 2 * v);\n}'),
    solution('q1', 'function halved(\n  x: number[],\n): number[] {\n  return x.map(halfOf);\n}'),
    solution('q2', 'function halfOf(v: number) {\n  return v / 2;\n}'),
  ]),
  join(__dirname, '..', '..', '..', 'notebooks', 'made-up.ipynb'),
);
const { notebook: released } = makeRelease(assignment);
const leaksOf = (text: string) => leaks(assignment, released, new Map([['helper.ts', text]]));

test('a line of a solution that stands in a file is found', () => {
  assert.equal(leaksOf('const halves = (x) => {\n  return x.map(halfOf);'), [
    'helper.ts has a line that cell 2 (q1) hides: return x.map(halfOf);',
  ]);
});

test('words and types that all code has are no line of a solution', () => {
  assert.equal(leaksOf('function doubled(x: number[]): number[] {'), []);
});

test.run();
