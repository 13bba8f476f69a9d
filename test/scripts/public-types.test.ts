import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const script = join(__dirname, '..', '..', 'scripts', 'test', 'public-types.mjs');

function check(declarations: string) {
  const entry = join(folder, 'index.d.ts');
  writeFileSync(entry, declarations);
  const { status, stdout } = spawnSync(process.execPath, [script, entry], { encoding: 'utf8' });
  return { status, stdout };
}

test("declarations that the kernel's TypeScript understands pass", () => {
  const { status, stdout } = check(
    'export interface Set { readonly pixels: Float32Array; }\nexport declare function load(): Promise<Set>;\n',
  );
  assert.is(stdout.trim(), '');
  assert.is(status, 0);
});

test('a generic typed array, which it does not know, is named', () => {
  const { status, stdout } = check('export declare const x: Float32Array<ArrayBuffer>;\n');
  assert.is(status, 1);
  assert.match(stdout, "Type 'Float32Array' is not generic");
});

test('a type that became any is named with its line', () => {
  const { status, stdout } = check('export type Known = number;\nexport declare const x: any;\n');
  assert.is(status, 1);
  assert.match(stdout, 'index.d.ts:2: any is any');
});

test('a module that is not there is named', () => {
  const { status, stdout } = check("export { x } from './elsewhere';\n");
  assert.is(status, 1);
  assert.match(stdout, "Cannot find module './elsewhere'");
});

test.run();
