import { spawn } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listenForInterruption } from '../../lib/notegrad/src/train/interruption';

/** Interrupts that former listeners heard while `work` ran. */
function heardDuring(work: () => void): number {
  let heard = 0;
  const former = () => {
    heard++;
  };
  process.on('SIGINT', former);
  try {
    work();
    assert.ok(process.listeners('SIGINT').includes(former), 'the listener has its signal back');
  } finally {
    process.removeListener('SIGINT', former);
  }
  return heard;
}

const interrupt = () => process.emit('SIGINT', 'SIGINT');

test('the first interrupt is taken, the second goes to the former listeners', () => {
  const heard = heardDuring(() => {
    const interruption = listenForInterruption();
    assert.is(interruption.requested, false);
    interrupt();
    assert.is(interruption.requested, true);
    interrupt();
    interruption.release();
  });
  assert.is(heard, 1);
});

test('when released, interrupts are the former listeners’ again, each but once', () => {
  const heard = heardDuring(() => {
    const interruption = listenForInterruption();
    interruption.release();
    interruption.release();
    interrupt();
    assert.is(interruption.requested, false);
  });
  assert.is(heard, 1);
});

const KERNEL =
  "process.on('SIGINT', () => { globalThis.kernelHeard = true; console.log('kernel heard it'); });";

/** An endless run as a cell of tslab, which takes interrupts for itself while it is synchronous. */
const cell = (validate: string) => `
const vm = require('node:vm');
const lib = process.cwd() + '/lib/notegrad/src/';
const tf = require(lib + 'engine/tf');
const { fit } = require(lib + 'train/fit');
${KERNEL}
globalThis.run = () => fit({
  batches: () => [tf.scalar(1)],
  step: (batch) => batch.square(),
  numEpochs: 1e9,
  validate: ${validate},
  showProgress: false,
});
tf.setBackend('cpu').then(async () => {
  const ran = vm.runInThisContext('(async function () { return await run(); })()', {
    breakOnSigint: true,
  });
  setTimeout(() => console.log('running'), 200);
  const history = await ran;
  console.log(history.interrupted ? 'interrupted' : 'ended');
  process.exit(0);
});
`;

/** What the cell prints, and the signal that ended it, where some of its lines are answered by an interrupt. */
async function interrupted(
  code: string,
  linesAnswered: readonly string[],
): Promise<{ lines: string[]; signal: string | null }> {
  const child = spawn(process.execPath, ['-r', 'esbuild-register', '-e', code], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.on('data', (data: Buffer) => {
    printed += data;
    for (const line of String(data).trimEnd().split('\n')) {
      if (linesAnswered.includes(line)) child.kill('SIGINT');
    }
  });
  const signal = await new Promise<string | null>((resolve) => {
    child.on('exit', (_, by) => resolve(by));
  });
  return { lines: printed.split('\n').filter((line) => !/^(=|Hi|$)/.test(line)), signal };
}

test('in a notebook’s cell the interrupt ends the run, and the kernel does not hear it', async () => {
  const { lines, signal } = await interrupted(cell('() => ({})'), ['running']);
  assert.equal(lines, ['running', 'interrupted']);
  assert.is(signal, null);
});

/** A validation that says when the first interrupt was heard, and ends when the kernel hears one. */
const hanging = `async () => {
  const until = (condition) => new Promise((resolve) => {
    const timer = setInterval(() => condition() && resolve(clearInterval(timer)), 10);
  });
  const [own] = process.listeners('SIGINT');
  console.log('validating');
  await until(() => process.listeners('SIGINT')[0] !== own);
  console.log('still validating');
  await until(() => globalThis.kernelHeard);
  return {};
}`;

test('while the run hangs, a second interrupt is the kernel’s', async () => {
  const { lines } = await interrupted(cell(hanging), ['validating', 'still validating']);
  assert.equal(
    lines.filter((line) => line !== 'running'),
    ['validating', 'still validating', 'kernel heard it', 'interrupted'],
  );
});

test('where nobody listened before, a second interrupt ends the process', async () => {
  const code = cell(hanging).replace(KERNEL, '');
  const { lines, signal } = await interrupted(code, ['validating', 'still validating']);
  assert.ok(lines.includes('still validating'), 'the first interrupt did not end it');
  assert.is(signal, 'SIGINT');
});

test.run();
