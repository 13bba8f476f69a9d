import { request } from 'node:http';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readGradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import { type MarksServer, startMarksServer } from '../../../lib/homework/src/marking/marks-server';
import { temporaryFolder } from '../../support/temporary-folder';
import { sketchGrades } from '../grading/sketched-course';

const folder = temporaryFolder();
const HOSTILE = `Because $x^2$ is **even**.

<script>document.title = 'taken'</script> <img src="x" onerror="alert(1)"> [away](javascript:alert(1))`;
sketchGrades(folder, 'ada', HOSTILE);
sketchGrades(folder, 'bob', 'A stray formula: $\\undefinedmacro{x}$.');

let server: MarksServer;
test.before(async () => {
  server = await startMarksServer(folder);
});
test.after(() => server.close());

const get = (path: string) => fetch(new URL(path, server.url));
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(new URL('mark', server.url), {
    method: 'POST',
    headers: { Origin: new URL(server.url).origin, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const NOTHING = { score: null, comment: '' };

test('nothing is answered without the token, under another name, or to another site', async () => {
  const { origin, host, port } = new URL(server.url);
  assert.is((await fetch(origin)).status, 403);
  assert.is((await fetch(`${origin}/${'0'.repeat(48)}/queue`)).status, 403);
  const mark = { student: 'ada', cell: 'q2', score: 1, comment: '', was: NOTHING };
  assert.is((await post(mark, { Origin: 'http://elsewhere.invalid' })).status, 403);
  const status = await new Promise((resolve, reject) => {
    const path = new URL(server.url).pathname;
    const headers = { Host: `elsewhere.invalid:${port}` };
    const asked = request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
  assert.is(status, 403);
  assert.ok(host.startsWith('127.0.0.1:'));
});

test('the page asks nobody but this server, and no other page may frame it', async () => {
  const answer = await get('');
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.match(policy, "default-src 'none'");
  assert.match(policy, "frame-ancestors 'none'");
  assert.match(policy, "script-src 'self'");
  assert.is(answer.headers.get('cache-control'), 'no-store');
  const { document } = new JSDOM(await answer.text()).window;
  for (const { src, href } of document.querySelectorAll<HTMLScriptElement & HTMLLinkElement>(
    '[src], [href]',
  )) {
    assert.not.match(src || href, /^(?:https?:)?\/\//);
  }
});

test('an answer is typeset, and nothing in it runs', async () => {
  const answer = await get('answer?student=ada&cell=q2');
  assert.is(answer.status, 200);
  assert.match(answer.headers.get('content-security-policy') ?? '', 'sandbox');
  const { document } = new JSDOM(await answer.text()).window;
  assert.ok(document.querySelector('mjx-container'));
  assert.is(document.querySelector('strong')?.textContent, 'even');
  assert.is(document.querySelectorAll('script, [onerror], [href^=javascript]').length, 0);
});

test('an answer that cannot be typeset is shown as it was written, with the reason', async () => {
  const { document } = new JSDOM(await (await get('answer?student=bob&cell=q2')).text()).window;
  assert.match(document.body.textContent ?? '', 'a formula cannot be typeset');
  assert.match(document.body.textContent ?? '', '$\\undefinedmacro{x}$');
});

test('the mark scheme is the solution, below the question', async () => {
  const { document } = new JSDOM(await (await get('scheme?cell=q2')).text()).window;
  assert.match(document.body.textContent ?? '', /Two[\s\S]*Why[\s\S]*For the scheme of/);
});

test('a mark is saved at once, and one that was overtaken is not', async () => {
  const saved = await post({
    student: 'ada',
    cell: 'q2',
    score: 1.5,
    comment: 'fine',
    was: NOTHING,
  });
  assert.is(saved.status, 200);
  assert.is(readGradeRecord(join(folder, 'ada', 'grade.json')).points, 2.5);
  const late = await post({ student: 'ada', cell: 'q2', score: 0, comment: '', was: NOTHING });
  assert.is(late.status, 409);
  const { item } = await late.json();
  assert.equal([item.score, item.comment], [1.5, 'fine']);
  assert.is(readGradeRecord(join(folder, 'ada', 'grade.json')).points, 2.5);
  const taken = { student: 'ada', cell: 'q2', ...NOTHING, was: { score: 1.5, comment: 'fine' } };
  assert.is((await post(taken)).status, 200);
  assert.is(readGradeRecord(join(folder, 'ada', 'grade.json')).points, null);
});

test('what is no mark is refused in a sentence, and nothing is saved', async () => {
  const refusal = async (body: unknown) => {
    const answer = await post(body);
    assert.is(answer.status, 400);
    return answer.text();
  };
  const mark = { student: 'ada', cell: 'q2', score: 1, comment: '', was: NOTHING };
  assert.match(await refusal('{'), 'not a mark');
  assert.match(await refusal({ ...mark, score: 3 }), 'a number from 0 to 2, not 3');
  assert.match(await refusal({ ...mark, score: '1' }), 'mark.score: a number from 0 is wanted');
  assert.match(await refusal({ ...mark, more: 1 }), 'unknown field: more');
  assert.match(await refusal({ ...mark, student: '../ada' }), 'no student ../ada was graded');
  assert.match(await refusal({ ...mark, cell: 'q9' }), 'ada has no answer q9 to mark');
  assert.match(await refusal({ ...mark, comment: 'x'.repeat(200_000) }), 'at most');
  assert.is((await get('answer?student=..&cell=q2')).status, 400);
  assert.is((await get('nothing')).status, 404);
  assert.is(readGradeRecord(join(folder, 'ada', 'grade.json')).points, null);
});

test('where tests give all points there is nothing to mark', async () => {
  const tested = join(folder, 'tested');
  sketchGrades(tested, 'ada', '', { questions: [], points: 0, max: 0 });
  try {
    await startMarksServer(tested);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'there is nothing to mark by hand');
  }
});

test.run();
