import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';
import { ROOT, run } from './packed';

test('a new course type-checks before it has a file of TypeScript', () => {
  const course = temporaryFolder();
  cpSync(join(ROOT, 'lib/homework/template'), course, { recursive: true });
  const types = join(ROOT, 'node_modules/@types');
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, output } = run(course, process.execPath, tsc, '--typeRoots', types);
  assert.is(status, 0, output);
});

test.run();
