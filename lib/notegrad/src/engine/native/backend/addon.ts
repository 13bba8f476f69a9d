import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cpuFeatures } from '../../../../addon/cpu-features';
import { EngineError } from '../../../errors';
import { SCHEMA } from './operations';

/** The arrays that tensors live in. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** What lib/notegrad/addon/binding/addon.cc exports. */
export interface Addon {
  /** Of the schema of operations that it was built from. */
  readonly schema: string;
  /** The operations: an operation's id is its index. */
  readonly names: readonly string[];
  /** Where the parameters of the next `run` are left. */
  readonly params: Float64Array;
  /**
   * Runs an operation, prepared for the first `paramCount` of `params`, on inputs then outputs.
   *
   * @throws where the parameters make no sense, a buffer is not of the type and length that they
   *   call for, or an index in a buffer is out of range.
   */
  run(id: number, paramCount: number, ...buffers: Values[]): void;
  readonly Program: new (
    slots: readonly (Values | null)[],
    ids: Uint32Array,
    paramCounts: Uint32Array,
    params: Float64Array,
    slotCounts: Uint32Array,
    callSlots: Uint32Array,
  ) => AddonProgram;
  /** Takes new memory into use; returns how many bytes come before the first multiple of 64. */
  prepareMemory(bytes: Uint8Array): number;
  /** @throws for another number than before while the process has other environments (workers) */
  setThreads(count: number): void;
  libraries(): Libraries;
}

/**
 * A list of prepared operations and the buffers they run on, which it keeps alive. A slot without one
 * is given one at each run. Throws where a buffer is not what the operations want in its slot.
 */
export interface AddonProgram {
  bind(slot: number, buffer: Values): void;
  /** Runs with the first slots bound to the buffers. */
  run(...buffers: Values[]): void;
  /** The same; returns how long each operation took, in milliseconds. */
  profile(...buffers: Values[]): number[];
}

export interface Libraries {
  readonly onednn: string;
  readonly openblas: string;
  /** The processor that OpenBLAS chose its kernels for. */
  readonly core: string;
  /** Whether OpenBLAS runs on the OpenMP threads that oneDNN and our own loops run on. */
  readonly sharedThreads: boolean;
  readonly isa: string;
  readonly threads: number;
  /** How many operations are kept prepared. */
  readonly prepared: number;
}

const INSTALL =
  'run "npx homework setup"; it needs, on Debian: apt-get install g++ libdnnl-dev libopenblas-dev ' +
  'libopenblas0-openmp; with conda: conda install -c conda-forge cxx-compiler onednn-cpu-omp ' +
  'openblas "libopenblas=*=openmp*"';

/** The levels of processors that the package with the compiled addon is for, the best first. */
const LEVELS = ['x86-64-v4', 'x86-64-v3'];

/**
 * Loads the addon: the one that the set-up compiled for this machine, else the one of the package for
 * this platform, for the best level that the processor has.
 *
 * @param folders Where it may be. Default: where `NOTEGRAD_ADDON` says and nowhere else, if it is set.
 * @param schema Of the operations that it must have been built from. Default those of these sources.
 * @throws EngineError when it is absent, was compiled for another processor, or a library is missing.
 */
export function loadAddon(
  folders: readonly string[] = addonFolders(),
  schema: string = SCHEMA,
): Addon {
  const present = folders.filter((folder) => existsSync(path.join(folder, 'notegrad.node')));
  if (present.length === 0) throw new EngineError(`the native engine is not built: ${INSTALL}`);
  const failures: unknown[] = [];
  for (const folder of present) {
    try {
      return loadFrom(folder, schema);
    } catch (error) {
      failures.push(error);
    }
  }
  // The last one is for the most processors.
  throw failures.at(-1);
}

function addonFolders(): string[] {
  const named = process.env.NOTEGRAD_ADDON;
  if (named !== undefined) return [path.resolve(named)];
  const prebuilt = prebuiltFolder();
  return [
    path.join(__dirname, '../../../../build'),
    ...(prebuilt ? LEVELS.map((level) => path.join(prebuilt, level)) : []),
  ];
}

/** The folder of `@notegrad/linux-x64`, `@notegrad/darwin-arm64`, …, where it is installed. */
function prebuiltFolder(): string | undefined {
  try {
    const name = `@notegrad/${process.platform}-${process.arch}/package.json`;
    return path.dirname(require.resolve(name));
  } catch {
    return undefined;
  }
}

function loadFrom(folder: string, schema: string): Addon {
  const file = path.join(folder, 'notegrad.node');
  checkProcessor(path.join(folder, 'stamp.json'));
  const addon = withEnvironment(environment(), () => requireAddon(file));
  if (addon.schema !== schema) {
    throw new EngineError(
      'the native engine was built from other sources than these: run "npx homework setup" to build it anew',
    );
  }
  if (!addon.libraries().sharedThreads) {
    throw new EngineError(
      `the OpenBLAS that is installed does not share OpenMP's threads: ${INSTALL}`,
    );
  }
  return addon;
}

/** An instruction that the processor does not have would end the process. */
function checkProcessor(stampFile: string): void {
  const { features } = JSON.parse(readFileSync(stampFile, 'utf8')) as { features: string[] };
  const here = new Set(cpuFeatures());
  const missing = features.filter((feature) => !here.has(feature));
  if (missing.length === 0) return;
  throw new EngineError(
    `the native engine was built for another processor (this one has no ${missing.join(', ')}): ` +
      'run "npx homework setup" to build it for this one',
  );
}

function requireAddon(file: string): Addon {
  try {
    return require(file) as Addon;
  } catch (error) {
    throw new EngineError(
      `the native engine does not load: ${(error as Error).message}; ${INSTALL}`,
    );
  }
}

/**
 * The libraries read these once, when they are loaded. With a wrong `OPENBLAS_CORETYPE` OpenBLAS
 * runs at half its speed: it had better look at the processor itself. Threads of OpenMP that wait
 * spin 300,000 times before they sleep, which makes a step ten times slower where other programs
 * want the cores too (bench/README.md, "Two kernels at once"); 3,000 times bridge most gaps from one
 * operation to the next and give the core away early enough.
 */
function environment(): Record<string, string | undefined> {
  const chosen = process.env.OMP_WAIT_POLICY ?? process.env.GOMP_SPINCOUNT;
  return {
    OPENBLAS_CORETYPE: undefined,
    ...(chosen === undefined ? { GOMP_SPINCOUNT: '3000' } : {}),
  };
}

function withEnvironment<T>(variables: Record<string, string | undefined>, load: () => T): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(variables)) set(name, value);
  try {
    return load();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}
