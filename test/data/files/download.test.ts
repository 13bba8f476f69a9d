import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DownloadOptions, download } from '../../../lib/notegrad/src/data/files/download';
import type { ManifestFile, ManifestSet } from '../../../lib/notegrad/src/data/files/manifest';
import { random } from '../../../lib/notegrad/src/data/random';
import {
  type Answer,
  breakOff,
  type FileServer,
  refuse,
  serve,
  stallAfter,
  withFileServer,
} from '../../support/file-server';
import { errorOf, inFolder } from '../../support/folders';

const rng = random(1);
const content = Uint8Array.from({ length: 300_000 }, () => rng.integer(256));
const body = gzipSync(content);
const file: ManifestFile = {
  name: 'noise',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};
const mirrored = (...mirrors: string[]): ManifestSet => ({
  name: 'test-set',
  title: 'A test set',
  homepage: 'none',
  licence: 'none',
  mirrors,
  files: [file],
});
const quick = { attempts: 3, backOffMs: 1, stallMs: 300 };
const silent: DownloadOptions = { ...quick, onProgress: () => undefined };

/** Downloads from a server with these answers; the file must then be whole, and alone. */
const downloads = (answers: readonly Answer[], served: Uint8Array = body) =>
  withFileServer(served, answers, ({ url, requests }) =>
    inFolder(async (folder) => {
      const { path, bytes, mirror } = await download(mirrored(url), file, { ...silent, folder });
      assert.is(mirror, url);
      assert.is(Buffer.compare(bytes, content), 0);
      assert.is(Buffer.compare(readFileSync(path), content), 0);
      assert.equal(readdirSync(folder), ['noise']);
      return requests;
    }),
  );

/** The error of a download, without the server's address and the folder, and what was left behind. */
const failure = (answers: readonly Answer[], served: Uint8Array = body) =>
  withFileServer(served, answers, ({ url, requests }) =>
    inFolder(async (folder) => {
      const message = await errorOf(() => download(mirrored(url), file, { ...silent, folder }));
      return {
        message: message.replaceAll(url, '').replaceAll(folder, 'FOLDER'),
        numRequests: requests.length,
        left: readdirSync(folder).map((name) => name.replace(/[0-9a-f]{8}/, 'URL')),
      };
    }),
  );

test('a file is downloaded, verified, decompressed and moved into place', async () => {
  assert.equal(await downloads([serve]), ['/noise.gz']);
});

test('a server that decompresses on its own is understood', async () => {
  assert.equal(await downloads([serve], content), ['/noise.gz']);
});

test('a broken transfer resumes where it stopped', async () => {
  const requests = await downloads([breakOff(100_000), serve]);
  assert.is(requests.length, 2);
  const resumedFrom = Number(/bytes=(\d+)-/.exec(requests[1])?.[1]);
  assert.ok(resumedFrom > 0 && resumedFrom <= 100_000, requests[1]);
});

test('a server that knows no ranges sends the file anew', async () => {
  const whole: Answer = (_request, response, all) => response.writeHead(200).end(all);
  assert.is((await downloads([breakOff(100_000), whole])).length, 2);
});

test('a range that begins elsewhere is not appended', async () => {
  const elsewhere: Answer = (_request, response, all) =>
    response
      .writeHead(206, { 'content-range': `bytes 5-${all.length - 1}/${all.length}` })
      .end(all.subarray(5));
  assert.is((await downloads([breakOff(100_000), elsewhere, serve])).length, 3);
});

test('a transfer that stalls is given up and resumed', async () => {
  assert.is((await downloads([stallAfter(50_000), serve])).length, 2);
});

test('a server that never answers is given up', async () => {
  const { message } = await failure([() => undefined]);
  assert.match(message, /no data for 300 ms/);
});

test('a truncated file is downloaded again, from the start', async () => {
  const truncated: Answer = (_request, response, all) =>
    response.writeHead(200).end(all.subarray(0, 200_000));
  assert.equal(await downloads([truncated, serve]), ['/noise.gz', '/noise.gz']);
});

test('a corrupted file is refused by its SHA-256', async () => {
  const wrong = Uint8Array.from(content);
  wrong[1234] ^= 1;
  const { message, numRequests, left } = await failure([serve], gzipSync(wrong));
  assert.match(
    message,
    new RegExp(
      `^cannot download noise of test-set: noise.gz: expected the SHA-256 ${file.sha256}, found .*` +
        `\\(or put the file, plain or with .gz, into FOLDER\\)$`,
    ),
  );
  assert.is(numRequests, 3);
  assert.equal(left, []);
});

test('what is not gzip, or another file, is refused', async () => {
  const page = Buffer.from('<html>Log in first</html>');
  assert.match(
    (await failure([serve], page)).message,
    /expected 300,000 bytes, found 25 \(truncated\)/,
  );
  assert.match(
    (await failure([serve], body.subarray(0, 1000))).message,
    /expected 300,000 bytes, gzipped, found a broken file of 1,000 bytes/,
  );
});

test('a file that is far too long is given up at once', async () => {
  const { message, numRequests, left } = await failure([serve], new Uint8Array(400_000));
  assert.match(message, /noise.gz: sent more than 301,324 bytes/);
  assert.is(numRequests, 1);
  assert.equal(left, []);
});

test('a redirect is followed', async () => {
  const redirect: Answer = (_request, response) =>
    response.writeHead(302, { location: '/elsewhere.gz' }).end();
  assert.equal(await downloads([redirect, serve]), ['/noise.gz', '/elsewhere.gz']);
});

test('a redirect without end is an error', async () => {
  const redirect: Answer = (_request, response) =>
    response.writeHead(302, { location: '/again' }).end();
  assert.match((await failure([redirect])).message, /redirect count exceeded/);
});

for (const status of [403, 404]) {
  test(`a mirror that answers ${status} is asked once`, async () => {
    const { message, numRequests } = await failure([refuse(status)]);
    assert.match(message, new RegExp(`noise.gz: HTTP ${status} `));
    assert.is(numRequests, 1);
  });
}

test('a mirror that answers 500 is asked again', async () => {
  assert.is((await downloads([refuse(500), refuse(503), serve])).length, 3);
  const { message, numRequests } = await failure([refuse(500)]);
  assert.match(message, /noise.gz: HTTP 500 Internal Server Error/);
  assert.is(numRequests, 3);
});

test('the second mirror is asked when the first fails, and an error names both', async () => {
  await withFileServer(body, [breakOff(1000), refuse(500), refuse(500), refuse(404)], (first) =>
    withFileServer(body, [serve, refuse(403)], (second) =>
      inFolder(async (folder) => {
        const set = mirrored(first.url, second.url);
        const { mirror } = await download(set, file, { ...silent, folder });
        assert.is(mirror, second.url);
        assert.equal(readdirSync(folder), ['noise']);
        const message = await errorOf(() =>
          download(set, file, { ...silent, folder: join(folder, 'other') }),
        );
        assert.ok(message.includes(`${first.url}noise.gz: HTTP 404 Not Found; `), message);
        assert.ok(message.includes(`${second.url}noise.gz: HTTP 403 Forbidden`), message);
      }),
    ),
  );
});

test('a server that is not there is an error that says why', async () => {
  const gone = await withFileServer(body, [serve], async ({ url }) => url);
  await inFolder(async (folder) => {
    const message = await errorOf(() => download(mirrored(gone), file, { ...silent, folder }));
    assert.match(message, /noise.gz: fetch failed \(connect ECONNREFUSED 127.0.0.1:\d+\)/);
  });
});

test('a file that is already there is verified and not downloaded', async () => {
  await withFileServer(body, [serve], ({ url, requests }) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'noise'), content);
      await download(mirrored(url), file, { ...silent, folder });
      assert.equal(requests, []);
      writeFileSync(join(folder, 'noise'), content.subarray(1));
      const message = await errorOf(() => download(mirrored(url), file, { ...silent, folder }));
      assert.match(message, /noise: expected 300,000 bytes, found 299,999 \(truncated\)$/);
    }),
  );
});

test('progress counts up to the whole', async () => {
  await withFileServer(body, [serve], ({ url }) =>
    inFolder(async (folder) => {
      const seen: number[][] = [];
      const onProgress = (done: number, total: number) => seen.push([done, total]);
      await download(mirrored(url), file, { folder, onProgress });
      assert.ok(seen.every(([done, total]) => done <= total && total === body.length));
      assert.equal(seen.at(-1), [body.length, body.length]);
    }),
  );
});

/** Runs a download in a process of its own. */
function downloadInProcess({ url }: FileServer, folder: string): ChildProcess {
  const script = `
    const { download } = require(${JSON.stringify(require.resolve('../../../lib/notegrad/src/data/files/download'))});
    const { set, folder } = JSON.parse(process.argv[1]);
    download(set, set.files[0], { folder }).catch(() => process.exit(1));`;
  const argument = JSON.stringify({ set: mirrored(url), folder });
  return spawn(process.execPath, ['-r', 'esbuild-register', '-e', script, argument]);
}

const exitCode = (child: ChildProcess): Promise<number | null> =>
  new Promise((ended) => child.on('exit', ended));

test('two processes download a file once', async () => {
  const slowly: Answer = (_request, response, all) => {
    response.writeHead(200, { 'content-length': all.length });
    response.write(all.subarray(0, 1000));
    setTimeout(() => response.end(all.subarray(1000)), 500);
  };
  await withFileServer(body, [slowly, refuse(500)], (server) =>
    inFolder(async (folder) => {
      const codes = await Promise.all([
        exitCode(downloadInProcess(server, folder)),
        exitCode(downloadInProcess(server, folder)),
      ]);
      assert.equal(codes, [0, 0]);
      assert.is(server.requests.length, 1);
      assert.equal(readdirSync(folder), ['noise']);
    }),
  );
});

test('a download that was killed resumes in the next process', async () => {
  await withFileServer(body, [stallAfter(100_000), serve], (server) =>
    inFolder(async (folder) => {
      const child = downloadInProcess(server, folder);
      const arrived = () =>
        readdirSync(folder)
          .filter((name) => name.endsWith('.part'))
          .some((name) => statSync(join(folder, name)).size === 100_000);
      while (!arrived()) await sleep(20);
      child.kill('SIGKILL');
      await exitCode(child);
      await download(mirrored(server.url), file, { ...silent, folder });
      assert.equal(server.requests, ['/noise.gz', '/noise.gz bytes=100000-']);
      assert.equal(readdirSync(folder), ['noise']);
    }),
  );
});

test('the lock of a process that died is taken over', async () => {
  await withFileServer(body, [serve], ({ url }) =>
    inFolder(async (folder) => {
      const child = spawn(process.execPath, ['-e', '']);
      await exitCode(child);
      const owner = { pid: child.pid, host: hostname(), token: 'gone' };
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'noise.lock'), JSON.stringify(owner));
      await download(mirrored(url), file, { ...silent, folder });
      assert.equal(readdirSync(folder), ['noise']);
    }),
  );
});

test.run();
