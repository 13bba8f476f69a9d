import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { refuse, serve, withFileServer } from '../../support/file-server';
import { inFolder } from '../../support/folders';
import { idxLabels } from '../../support/idx-files';

const content = idxLabels([1, 2, 3]);
const name = 'train-labels-idx1-ubyte';

interface Result {
  readonly code: number | string;
  readonly output: string;
  readonly errors: string;
}

/** Runs `homework data …` in a folder, as a user there would. */
const homework = (folder: string, ...args: string[]): Promise<Result> =>
  new Promise((resolve) => {
    const cli = require.resolve('../../../lib/homework/src/cli');
    const { NOTEGRAD_DATA: _, ...env } = process.env;
    execFile(
      process.execPath,
      ['-r', require.resolve('esbuild-register'), cli, 'data', ...args],
      { cwd: folder, env },
      (error, output, errors) => resolve({ code: error?.code ?? 0, output, errors }),
    );
  });

/** Does `work` in a project whose manifest has one set of one file, from these mirrors. */
const inProject = (mirrors: readonly string[], work: (folder: string) => Promise<void>) =>
  inFolder(async (folder) => {
    const file = {
      name,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    };
    const about = { title: 'Small', homepage: 'none', licence: 'none' };
    const manifest = { version: 1, sets: { small: { ...about, mirrors, files: [file] } } };
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'manifest.json'), JSON.stringify(manifest));
    await work(folder);
  });

test('get downloads a set, and list and verify then find it', async () => {
  await withFileServer(gzipSync(content), [serve], ({ url }) =>
    inProject([url], async (folder) => {
      const before = await homework(folder, 'verify', 'small');
      assert.is(before.code, 1);
      assert.match(before.output, /^small: 1 of 1 files are missing: `homework data get small`/m);
      assert.match(before.errors, /^homework: missing: small$/m);

      const { code, output } = await homework(folder, 'get', 'small');
      assert.is(code, 0);
      assert.match(output, /^small +verified +3 +0\.0 .*data\/small$/m);
      assert.equal(Uint8Array.from(readFileSync(join(folder, 'data', 'small', name))), content);

      assert.is((await homework(folder, 'verify', 'small')).code, 0);
    }),
  );
});

test('verify fails when a byte changed, naming the file', async () => {
  await inProject([], async (folder) => {
    mkdirSync(join(folder, 'data', 'small'));
    writeFileSync(join(folder, 'data', 'small', name), idxLabels([1, 2, 4]));
    const { code, output, errors } = await homework(folder, 'verify');
    assert.is(code, 1);
    assert.match(output, /^small: .*train-labels-idx1-ubyte: expected the SHA-256 /m);
    assert.match(errors, /^homework: wrong: small$/m);
  });
});

test('what cannot be fetched is one line that says why', async () => {
  await withFileServer(new Uint8Array(), [refuse(404)], ({ url }) =>
    inProject([url], async (folder) => {
      const { code, errors } = await homework(folder, 'get', 'small');
      assert.is(code, 1);
      assert.match(
        errors,
        /^homework: cannot download train-labels-idx1-ubyte of small: .*HTTP 404/,
      );
      assert.not.match(errors, /\n {4}at /);

      assert.match(
        (await homework(folder, 'get', 'tweets')).errors,
        /^homework: tweets cannot be downloaded: put .*tweets_train\.csv and .*tweets_test\.csv there by hand \(assignment 5 of CS480 came with them\)/,
      );
    }),
  );
});

test('an unknown set is refused, naming the known ones', async () => {
  await inProject([], async (folder) => {
    const { code, errors } = await homework(folder, 'get', 'minst');
    assert.is(code, 1);
    assert.match(
      errors,
      /^homework: unknown data set: minst \(known: small, .*tweets, galaxies\)$/m,
    );
  });
});

test('list shows what lies by hand, and what is wrong with it', async () => {
  await inProject([], async (folder) => {
    const tweets = join(folder, 'data', 'tweets');
    mkdirSync(tweets);
    writeFileSync(join(tweets, 'tweets_train.csv'), 'good,1\nbad,0\n');
    writeFileSync(join(tweets, 'tweets_test.csv'), 'good,1\n');
    const sound = await homework(folder, 'list');
    assert.is(sound.code, 0);
    assert.match(sound.output, /^tweets +sound +2 \+ 1 /m);
    assert.match(sound.output, /^galaxies +missing /m);

    writeFileSync(join(tweets, 'tweets_test.csv'), 'good,7\n');
    const wrong = await homework(folder);
    assert.match(wrong.output, /^tweets +wrong /m);
    assert.match(
      wrong.output,
      /^tweets: .*tweets_test\.csv:1: expected the label 0 or 1, found "7"$/m,
    );
  });
});

test.run();
