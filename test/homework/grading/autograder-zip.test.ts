import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { given, notebook, solution, tests } from '../assignment/sketches';
import { homework } from '../notebooks';

const built = join(__dirname, '..', '..', '..', 'lib', 'homework', 'dist', 'cli.js');
const why =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'Gradescope runs on Linux on x86-64'
    : existsSync(built)
      ? undefined
      : 'the packages are not built';
if (why) console.log(`skipped: an autograder is packed and run: ${why}`);

const folder = temporaryFolder();
const root = join(folder, 'autograder');
const source = join(root, 'source');
const PS = "it's ps 1";

const cells = [
  given('setup', "import { half } from './helper';"),
  solution('q1', 'const answer = 2;'),
  tests('q1-tests', 1, "if (half(answer) !== 1) throw new Error('half of it is not 1');"),
];
writeFileSync(join(folder, `${PS}.ipynb`), JSON.stringify(notebook(cells)));
writeFileSync(join(folder, 'helper.ts'), 'export const half = (x: number): number => x / 2;\n');

const environment = { PATH: '/usr/bin:/bin', HOME: folder, AUTOGRADER_ROOT: root };

function handIn(text: string): string | undefined {
  mkdirSync(join(root, 'submission'), { recursive: true });
  mkdirSync(join(root, 'results'), { recursive: true });
  writeFileSync(join(root, 'submission', 'answer.ipynb'), text);
  const options = { cwd: root, env: environment, encoding: 'utf8' } as const;
  const results = join(root, 'results', 'results.json');
  rmSync(results, { force: true });
  const { stderr } = spawnSync(join(root, 'run_autograder'), [], options);
  return existsSync(results) ? readFileSync(results, 'utf8') : stderr;
}

function setUp(): void {
  execFileSync('bash', [join(source, 'setup.sh')], { cwd: root, env: environment, stdio: 'pipe' });
}

if (!why) {
  test('the zip has the two programs at its root, and nothing that is not needed offline', async () => {
    const args = ['--zip', 'gradescope', '--no-wheels', '--memory', '1000'];
    const named = [...args, '--assignment', `${PS}.ipynb`];
    const { code, stderr } = await homework(folder, ['grade', ...named, '--out', 'gs.zip']);
    assert.is(code, 0, stderr);
    // As Gradescope lays it out.
    mkdirSync(source, { recursive: true });
    const entries = unzipSync(readFileSync(join(folder, 'gs.zip')));
    for (const [name, bytes] of Object.entries(entries)) {
      mkdirSync(join(source, name, '..'), { recursive: true });
      writeFileSync(join(source, name), bytes, { mode: 0o755 });
    }
    assert.equal(readdirSync(source).sort(), [
      ...['assignment', 'assignment.sh', 'run_autograder', 'runtime.tar.gz', 'setup.sh'],
    ]);
    assert.equal(readdirSync(join(source, 'assignment')).sort(), ['helper.ts', `${PS}.ipynb`]);
    copyFileSync(join(source, 'run_autograder'), join(root, 'run_autograder'));
    assert.match(readFileSync(join(source, 'assignment.sh'), 'utf8'), '--memory 1000)');
  });

  test('set-up grades the solution, and keeps where its tests are decided', () => {
    setUp();
    const plan = JSON.parse(readFileSync(join(source, 'test-plan.json'), 'utf8'));
    assert.is(plan.tests[0][1].place, 'autotest');
  });

  test('a submission is graded by what the zip brings alone', () => {
    const right = JSON.parse(handIn(JSON.stringify(notebook(cells))) ?? '');
    assert.is(right.score, 1);
    assert.equal(
      right.tests.map(({ name, score, max_score, status }: Record<string, unknown>) => [
        ...[name, score, max_score, status],
      ]),
      [['q1 - q1-tests', 1, 1, 'passed']],
    );
  });

  test('an image that cannot grade is not built, and says why; nor has a submission results there', () => {
    const settings = join(source, 'assignment.sh');
    const before = readFileSync(settings, 'utf8');
    writeFileSync(settings, before.replace('--memory 1000', '--memory 1'));
    assert.throws(setUp, /MiB, 256 at least[\s\S]*setup.sh: the solution cannot be graded here/);
    assert.match(handIn('{') ?? '', 'run_autograder: nothing was graded');
    writeFileSync(settings, before);
  });

  test('what is no notebook has no points, and says why', () => {
    const { score, output } = JSON.parse(handIn('{') ?? '');
    assert.is(score, 0);
    assert.match(output, 'not a notebook');
  });
}

test('an autograder grades nothing itself, and its file is a zip', async () => {
  const args = ['grade', '--zip', 'gradescope', '--assignment', `${PS}.ipynb`, '--out'];
  const refusal = async (...more: readonly string[]) => {
    const { code, stderr } = await homework(folder, [...args, ...more]);
    assert.is(code, 1);
    return stderr;
  };
  assert.match(await refusal('folder'), '--out names the zip, and folder is none');
  assert.match(await refusal('a.zip', 'ada.ipynb'), 'with --zip no submission is graded');
});

test.run();
