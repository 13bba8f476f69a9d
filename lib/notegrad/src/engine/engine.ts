import { EngineError } from '../errors';
import { registerNative } from './native/register';
import { firstOperation } from './patches/first-operation';
import { applyOnce } from './patches/patch';
import * as tf from './tf';
import { hasNvidiaDevice, loadTfjsNode } from './tfjs-node';
import { loadWasm } from './wasm/load';

/** The engines, by the names that `NOTEGRAD_ENGINE` takes. */
export type EngineName = 'tfjs-node-gpu' | 'native' | 'wasm' | 'cpu';

/** The engine that computes. */
export interface Engine {
  readonly name: EngineName;
  /** Its parts in words, e.g. `native (oneDNN 2.6.3, OpenBLAS 0.3.21, 2 threads, AVX-512)`. */
  readonly description: string;
}

interface Candidate {
  readonly name: EngineName;
  /** Makes the engine compute and returns its description. Throws what is missing otherwise. */
  readonly load: () => string | Promise<string>;
  /** Whether it is worth a try when nobody asked for it. Default yes. */
  readonly isLikely?: () => boolean;
  /** Whether it starts in its own time, for which an operation cannot wait. Default no. */
  readonly startsLater?: boolean;
}

const fastestFirst: readonly Candidate[] = [
  { name: 'tfjs-node-gpu', load: () => loadTfjsNode({ gpu: true }), isLikely: hasNvidiaDevice },
  { name: 'native', load: loadNative },
  { name: 'tfjs-node-gpu', load: () => loadTfjsNode({ gpu: false }) },
  { name: 'wasm', load: loadWasm, startsLater: true },
  { name: 'cpu', load: loadCpu },
];

let chosen: Promise<Engine> | undefined;

/**
 * Chooses, once, the fastest engine that loads, and says which in one line: a GPU through
 * tfjs-node-gpu, our native engine, tfjs-node-gpu on its CPU, WebAssembly, plain JavaScript.
 * `NOTEGRAD_ENGINE` forces one. Await it before the first tensor: an operation that comes before it
 * chooses likewise, but cannot wait for WebAssembly to start, and says so.
 *
 * @throws when a forced engine is unknown or does not load, saying what to install
 */
export function engine(): Promise<Engine> {
  chosen ??= choose();
  return chosen;
}

applyOnce([firstOperation({ now: chooseNow, inTime: engine })]);

async function choose(): Promise<Engine> {
  const failures: string[] = [];
  for (const candidate of candidates()) {
    try {
      return announced(candidate.name, await candidate.load(), failures);
    } catch (error) {
      failures.push(failure(candidate, error));
    }
  }
  throw noneLoads(failures);
}

/** The choice that an operation makes which came before any other. */
function chooseNow(): void {
  if (chosen)
    throw new EngineError('the engine is not there yet: `await engine()` before the first tensor');
  const failures: string[] = [];
  for (const candidate of candidates()) {
    if (candidate.startsLater) {
      throw new EngineError(
        `call \`await engine()\` before the first tensor: ${candidate.name} takes a moment to start`,
      );
    }
    try {
      chosen = Promise.resolve(announced(candidate.name, candidate.load() as string, failures));
      return;
    } catch (error) {
      failures.push(failure(candidate, error));
    }
  }
  throw noneLoads(failures);
}

function candidates(): readonly Candidate[] {
  tf.enableProdMode();
  const forced = process.env.NOTEGRAD_ENGINE;
  return forced ? byName(forced) : fastestFirst.filter((c) => c.isLikely?.() ?? true);
}

function byName(name: string): Candidate[] {
  const candidates = fastestFirst.filter((candidate) => candidate.name === name);
  if (candidates.length === 0) {
    const known = [...new Set(fastestFirst.map((candidate) => candidate.name))].join(', ');
    throw new EngineError(`unknown engine: ${name} (NOTEGRAD_ENGINE takes ${known})`);
  }
  return candidates;
}

const failure = ({ name }: Candidate, error: unknown): string =>
  `${name}: ${(error as Error).message}`;

function noneLoads(failures: readonly string[]): Error {
  const forced = process.env.NOTEGRAD_ENGINE;
  const what = forced ? 'the engine that NOTEGRAD_ENGINE asks for' : 'any engine';
  return new EngineError(`cannot load ${what}: ${failures.join('; ')}`);
}

function announced(name: EngineName, description: string, failures: readonly string[]): Engine {
  console.log([`engine: ${description}`, ...hints(name, failures)].join('\n'));
  return { name, description };
}

/** What to install for a faster engine, where the one that loaded is a slow one. */
function hints(name: EngineName, failures: readonly string[]): string[] {
  if (name !== 'wasm' && name !== 'cpu') return [];
  const native = failures.find((failure) => failure.startsWith('native'));
  return native ? [`for the fast engine: ${native.slice('native: '.length)}`] : [];
}

// These backends are set by the time that setBackend returns; what it promises is wasm's matter.

function loadNative(): string {
  const description = registerNative();
  tf.setBackend('native');
  return description;
}

function loadCpu(): string {
  tf.setBackend('cpu');
  return 'cpu (plain JavaScript; about a thousand times slower than native)';
}
