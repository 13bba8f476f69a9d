import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type ZipOptions, type Zippable, zipSync } from 'fflate';
import { writeAtomically } from 'notegrad/tooling';
import type { Assignment } from '../assignment/assignment';
import { packedFiles } from '../assignment/packed-files';
import type { Profile } from '../execute';
import { Mistake, reasonOf } from '../mistake';
import { packageFolder } from '../project';
import { pythonWithJupyter } from '../python';
import { runtimePackages } from './runtime-packages';

export interface AutograderOptions {
  readonly profile: Profile;
  readonly timeout: number;
  readonly notebookLimit: number;
  /** MiB of memory for what is confined. */
  readonly memory: number;
  /** Whether students' code runs with the rights of the autograder. */
  readonly unconfined: boolean;
  /**
   * The version of Python in the image, such as 3.10, for which wheels of Jupyter's libraries are fetched;
   * undefined where the image has them.
   */
  readonly python?: string;
}

/** What drives a kernel, and pip itself, which an image may lack. */
const WHEELS = ['pip', 'jupyter_client', 'nbclient', 'nbconvert'];

/** What wheels may be built for: the C libraries up to that of Ubuntu 20.04, 2.31. */
const PLATFORMS = [
  'manylinux2014_x86_64',
  ...Array.from({ length: 31 - 17 + 1 }, (_, i) => `manylinux_2_${17 + i}_x86_64`),
];

const PROGRAM: ZipOptions = { attrs: 0o755 << 16, os: 3 };
const PACKED: ZipOptions = { level: 0 };

/**
 * Writes Gradescope's autograder for an assignment
 * (https://gradescope-autograders.readthedocs.io/en/latest/specs/): its `setup.sh` and `run_autograder`,
 * the assignment with its files, and all that it runs on, so that the image needs no network: Node, the
 * packages, and wheels for Python.
 *
 * @throws a Mistake where this machine is not such as Gradescope's, or wheels cannot be fetched
 */
export function writeAutograderZip(
  target: string,
  assignment: Assignment,
  options: AutograderOptions,
): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Mistake(
      'Gradescope runs autograders on Linux on x86-64: make the zip on such a machine',
    );
  }
  const staging = mkdtempSync(join(tmpdir(), 'notegrad-autograder-'));
  try {
    const share = join(packageFolder, 'share', 'gradescope');
    const programs = ['setup.sh', 'run_autograder'].map((name) => [
      name,
      [readFileSync(join(share, name)), PROGRAM],
    ]);
    const content: Zippable = {
      ...Object.fromEntries(programs),
      'assignment.sh': Buffer.from(settingsOf(assignment, options)),
      ...assignmentFiles(assignment),
      'runtime.tar.gz': [packRuntime(staging, assignment), PACKED],
      ...(options.python !== undefined && wheels(staging, options.python)),
    };
    writeAtomically(target, [zipSync(content)]);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function settingsOf(
  { path }: Assignment,
  { profile, timeout, notebookLimit, memory, unconfined }: AutograderOptions,
): string {
  const limits = `--timeout ${timeout} --notebook-limit ${notebookLimit} --memory ${memory}`;
  const options = `--profile ${profile} ${limits}${unconfined ? ' --unconfined' : ''}`;
  return `notebook=${shellWord(basename(path))}\noptions=(${options})\n`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function assignmentFiles(assignment: Assignment): Zippable {
  const folder = dirname(assignment.path);
  const files = [basename(assignment.path), ...packedFiles(assignment)].flatMap((name) =>
    filesBelow(folder, name),
  );
  return Object.fromEntries(
    files.map((name) => [`assignment/${name}`, readFileSync(join(folder, name))]),
  );
}

function filesBelow(folder: string, name: string): readonly string[] {
  const entry = lstatSync(join(folder, name));
  if (!entry.isDirectory()) return [name];
  return readdirSync(join(folder, name)).flatMap((child) => filesBelow(folder, join(name, child)));
}

/** Node and the packages, as one archive that keeps which files are programs. */
function packRuntime(staging: string, assignment: Assignment): Buffer {
  const archive = join(staging, 'runtime.tar.gz');
  const link = (from: string, to: string) => {
    mkdirSync(dirname(join(staging, to)), { recursive: true });
    symlinkSync(from, join(staging, to));
  };
  link(process.execPath, join('node', 'bin', 'node'));
  for (const [name, folder] of runtimePackages(assignment))
    link(folder, join('node_modules', name));
  const left = ['*.map', '*.o', '.tsbuildinfo'].map((pattern) => `--exclude=${pattern}`);
  execFileSync('tar', [
    ...['--create', '--dereference', '--use-compress-program=gzip -1', `--file=${archive}`],
    ...['-C', staging, ...left, 'node', 'node_modules'],
  ]);
  return readFileSync(archive);
}

function wheels(staging: string, python: string): Zippable {
  const folder = join(staging, 'wheels');
  try {
    execFileSync(
      pythonWithJupyter(),
      [
        ...['-m', 'pip', 'download', '--quiet', '--retries=1', '--disable-pip-version-check'],
        ...['--only-binary=:all:', `--python-version=${python}`],
        ...PLATFORMS.map((platform) => `--platform=${platform}`),
        ...['--dest', folder, ...WHEELS],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
    );
  } catch (error) {
    throw new Mistake(
      `wheels of ${WHEELS.join(', ')} for Python ${python} cannot be fetched (--no-wheels leaves them out, for an image that has Jupyter): ${reasonOf(error).trim().split('\n').at(-1)}`,
    );
  }
  return Object.fromEntries(
    readdirSync(folder).map((name) => [
      `wheels/${name}`,
      [readFileSync(join(folder, name)), PACKED],
    ]),
  );
}
