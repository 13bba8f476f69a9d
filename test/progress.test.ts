import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { duration } from '../lib/src/progress';

test('a log gets a plain line at each tenth of the work and the last one', () => {
  const script = `
    const { progress } = require('./lib/src/progress');
    const line = progress('counting', 1000);
    for (let i = 1; i <= 1000; i++) line.update(i, 'loss 0.5');
    line.finish('counted to 1000');`;
  const { stdout } = spawnSync(process.execPath, ['-r', 'esbuild-register', '-e', script], {
    encoding: 'utf8',
  });
  const lines = stdout.trimEnd().split('\n');
  assert.is(lines.length, 11);
  assert.match(lines[4], /^counting ██████████░░░░░░░░░░ 500\/1000 {2}loss 0\.5/);
  assert.is(lines[10], 'counted to 1000');
});

test('durations are said in the unit that suits them', () => {
  const said = [0.4242, 4.25, 12.3, 185, 3599.7, 7260].map(duration);
  assert.equal(said, ['0.42 s', '4.3 s', '12 s', '3 min 5 s', '1 h 0 min', '2 h 1 min']);
});

test.run();
