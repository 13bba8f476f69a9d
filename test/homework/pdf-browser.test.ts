import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withBrowser } from '../../lib/homework/src/pdf/browser';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();

/** What is said of a browser that is a shell script. */
async function refusalOf(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const before = process.env.CHROME_PATH;
  process.env.CHROME_PATH = path;
  try {
    await withBrowser(async () => assert.unreachable(), new AbortController().signal);
    return '';
  } catch (error) {
    return (error as Error).message;
  } finally {
    if (before === undefined) delete process.env.CHROME_PATH;
    else process.env.CHROME_PATH = before;
  }
}

test('a Chromium that ends at its start is quoted', async () => {
  const said = '[9:9:1126/174305.86:ERROR:content/zygote.cc:130] No usable sandbox! Install one.';
  const refusal = await refusalOf(
    'chromium',
    `echo "dbus is missing" >&2\necho "${said}" >&2\nexit 1`,
  );
  assert.is(refusal, `${join(folder, 'chromium')} does not start: No usable sandbox! Install one.`);
});

test('one that says nothing is at least named', async () => {
  const refusal = await refusalOf('silent', 'exit 1');
  assert.match(refusal, new RegExp(`^${join(folder, 'silent')} does not start: .+`));
});

test.run();
