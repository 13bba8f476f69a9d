// Runs the specs that @tensorflow/tfjs-core ships for its backends on ours.
//
//   npm run conformance                  wasm and native: some 20 s
//   npm run conformance -- wasm cpu      only these
//
// Red when a spec fails that test/conformance/exclusions.json does not name, and when one passes
// that it does name.
import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleSpecs } from '../test/conformance/bundle.mjs';
import { judge } from '../test/conformance/verdict.js';

const MINUTES = 10;
const root = new URL('../', import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));
const exclusions = JSON.parse(readFileSync(path('test/conformance/exclusions.json'), 'utf8'));
const known = readdirSync(path('test/conformance/backends')).map((name) => basename(name, '.mjs'));
const backends = process.argv.length > 2 ? process.argv.slice(2) : ['wasm', 'native'];

for (const backend of backends) {
  if (!known.includes(backend)) {
    console.error(`unknown backend: ${backend} (known: ${known.join(', ')})`);
    process.exit(1);
  }
}

let isGreen = true;
for (const backend of backends) {
  if (!(await conforms(backend))) isGreen = false;
}
process.exit(isGreen ? 0 : 1);

async function conforms(backend) {
  const started = performance.now();
  const { outcomes, isComplete, output } = await runSpecs(backend);
  const { passed, failed, excluded, stale } = judge(outcomes, exclusions[backend]);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);

  for (const { name, messages } of failed) {
    console.log(`✗ ${name}`);
    for (const message of messages) console.log(`    ${message.slice(0, 500)}`);
  }
  for (const name of stale) {
    console.log(`✗ ${name}\n    passes: take it out of test/conformance/exclusions.json`);
  }
  if (!isComplete) console.log(`✗ the specs did not run to their end:\n${output.slice(-4000)}`);
  console.log(
    `${backend}: ${passed} passed, ${failed.length} failed, ${excluded.length} excluded (${seconds} s)`,
  );
  return isComplete && passed > 0 && failed.length === 0 && stale.length === 0;
}

async function runSpecs(backend) {
  mkdirSync(path('node_modules/.cache/conformance'), { recursive: true });
  const bundle = path(`node_modules/.cache/conformance/${backend}.cjs`);
  await bundleSpecs(backend, bundle);

  const outcomes = [];
  let isComplete = false;
  let output = '';
  const child = fork(bundle, { silent: true, timeout: MINUTES * 60_000 });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  child.on('message', (message) => {
    if (message.name === undefined) isComplete = message.isComplete;
    else outcomes.push(message);
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { outcomes, isComplete, output };
}
