import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judge } from './verdict';

const outcome = (name: string, status: string) => ({ name, status, messages: [] });

test('a failure that is not excluded counts as a failure', () => {
  const { passed, failed, excluded, stale } = judge(
    [outcome('a', 'passed'), outcome('b', 'failed')],
    {},
  );
  assert.is(passed, 1);
  assert.equal(failed, [outcome('b', 'failed')]);
  assert.equal([excluded, stale], [[], []]);
});

test('an excluded failure counts as excluded', () => {
  const { failed, excluded, stale } = judge([outcome('b', 'failed')], { b: 'cannot apply' });
  assert.equal([failed, excluded, stale], [[], ['b'], []]);
});

test('an exclusion that passes, or that no spec has, is stale', () => {
  const { stale } = judge([outcome('b', 'passed')], { b: 'cannot apply', c: 'gone' });
  assert.equal(stale, ['b', 'c']);
});

test('of specs that share a name one failure fails the name', () => {
  const { excluded, stale } = judge([outcome('b', 'passed'), outcome('b', 'failed')], { b: 'why' });
  assert.equal([excluded, stale], [['b'], []]);
});

test.run();
