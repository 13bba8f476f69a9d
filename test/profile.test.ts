import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { profile } from '../lib/notegrad/src/profile';

const settings = { quick: { numEpochs: 1 }, full: { numEpochs: 20 } };

test('the quick profile is taken where none is named', () => {
  process.env.NOTEGRAD_PROFILE = '';
  assert.equal(profile(settings), { name: 'quick', numEpochs: 1 });
});

test('NOTEGRAD_PROFILE names the profile', () => {
  process.env.NOTEGRAD_PROFILE = 'full';
  assert.equal(profile(settings), { name: 'full', numEpochs: 20 });
});

test('an unknown profile is refused with those there are', () => {
  process.env.NOTEGRAD_PROFILE = 'slow';
  assert.throws(
    () => profile(settings),
    (error: Error) =>
      error.message === 'unknown profile: slow (NOTEGRAD_PROFILE takes quick or full)',
  );
});

test.run();
