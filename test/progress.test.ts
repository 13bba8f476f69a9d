import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { duration, progress } from '../lib/notegrad/src/progress';
import { logged } from './support/logged';

test('a log gets a first line at once, one at each tenth of the work, and the last one', async () => {
  const lines = await logged(() => {
    const line = progress('counting', 1000);
    for (let i = 1; i <= 1000; i++) line.update(i, 'loss 0.5');
    line.finish('counted to 1000');
  });
  assert.is(lines.length, 12);
  assert.match(lines[0].line, /^counting ░{20} 1\/1000 {2}loss 0\.5$/);
  assert.match(lines[5].line, /^counting ██████████░░░░░░░░░░ 500\/1000 {2}loss 0\.5$/);
  assert.is(lines[11].line, 'counted to 1000');
});

test('slow work is heard of within seconds, then ever less often, at least every half minute', async () => {
  const lines = await logged((clock) => {
    const line = progress('brooding', 1);
    for (let i = 0; i <= 900; i++) {
      line.update(i / 10_000, '', `step ${i}`);
      clock.now += 1000;
    }
  });
  const seconds = lines.map((line) => line.seconds);
  assert.equal(seconds.slice(0, 6), [0, 2, 4, 6, 9, 14]);
  seconds.slice(1).forEach((at, i) => {
    assert.ok(at - seconds[i] <= 30, `silent from ${seconds[i]} s to ${at} s`);
  });
  assert.ok(seconds.length < 40, `${seconds.length} lines in a quarter of an hour`);
  assert.is(lines[1].line, `brooding ${'░'.repeat(20)} step 2  2 h 46 min left`);
});

test('the time left goes by what was done here, not before', async () => {
  const lines = await logged((clock) => {
    const line = progress('resumed', 10, { from: 8 });
    line.update(8);
    clock.now += 60_000;
    line.update(9);
  });
  assert.match(lines[0].line, /8\/10$/);
  assert.match(lines[1].line, /9\/10 {2}1 min 0 s left$/);
});

test('work that goes on never has 0 seconds left', async () => {
  const lines = await logged((clock) => {
    const line = progress('ending', 100);
    for (let i = 1; i <= 100; i++) {
      clock.now += 10;
      line.update(i);
    }
    clock.now += 60_000;
    line.update(100);
  });
  assert.match(lines.at(-3)?.line ?? '', /90\/100 {2}under 1 s left$/);
  for (const { line } of lines.slice(-2)) assert.match(line, /100\/100$/);
});

test('durations are said in the unit that suits them', () => {
  const said = [0.4242, 4.25, 12.3, 185, 3599.7, 7260].map(duration);
  assert.equal(said, ['0.42 s', '4.3 s', '12 s', '3 min 5 s', '1 h 0 min', '2 h 1 min']);
});

test.run();
