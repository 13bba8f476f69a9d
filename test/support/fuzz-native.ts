// Calls the native operations with sizes, types and parameters that nobody checked before, in the
// process that the test starts: node -r esbuild-register test/support/fuzz-native.ts <seed> <calls>
// <log>. Before each call the log names it, for the case that it is the last. Prints how many calls
// there were and how many gave a result.
import { openSync, writeSync } from 'node:fs';
import type { Addon, Values } from '../../lib/notegrad/src/engine/native/backend/addon';
import { paramsOf } from '../../lib/notegrad/src/engine/native/backend/operations';
import { ARRAYS, type DType } from '../../lib/notegrad/src/engine/native/backend/pool';
import { runEveryOperation } from './every-operation';
import { seededRandom } from './mutations';
import { useNative } from './native';

interface Buffer {
  readonly dtype: DType | 'other';
  readonly length: number;
  /** What a valid call had there, where it may be looked at as indices. */
  readonly values?: Values;
}

interface Call {
  readonly id: number;
  /** How many of the buffers are inputs. */
  readonly inputs: number;
  readonly params: readonly number[];
  readonly buffers: readonly Buffer[];
}

/** Lengths of more than this are not tried, so that many calls can be made. */
const LONGEST = 200_000;
const MOST_OF_AN_OPERATION = 24;
const GUARD = 64;
const PATTERN = 0xa5;

const NUMBERS = [
  ...[0, 1, 2, 3, 4, 5, 7, 8, 16, 17, 64, 100, -1, -2, -7, 0.5, 1.5, 1e-9],
  ...[1000, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53, 2 ** 63, 1e300],
  ...[-(2 ** 31), -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];
const INDICES = [0, 1, -1, 2, 3, 5, 100, 2 ** 31 - 1, -(2 ** 31)];
const FLOATS = [0, 1, -1, 0.5, -3, 1e30, -1e-30, Number.NaN, Number.POSITIVE_INFINITY];

class Fuzzer {
  private readonly log: number;
  private readonly addon: Addon;
  private readonly valid: readonly Call[];
  private readonly random: () => number;
  calls = 0;
  results = 0;

  constructor(addon: Addon, valid: readonly Call[], seed: number, log: string) {
    this.addon = addon;
    this.valid = valid;
    this.random = seededRandom(seed);
    this.log = openSync(log, 'w');
  }

  /** One call, or a few where the first can be mended: an error or a result. */
  next(): void {
    const kind = this.below(10);
    if (kind === 0) this.attempt(this.wild());
    else if (kind === 1) this.runProgram();
    else
      this.attemptMended(kind < 5 ? this.withOtherBuffers(this.pick(this.valid)) : this.mutated());
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  private wild(): Call {
    const params = Array.from({ length: this.below(24) }, () => this.pick(NUMBERS));
    const buffers = Array.from({ length: this.below(8) }, () => this.anyBuffer());
    return { id: this.below(this.addon.names.length + 1), inputs: 0, params, buffers };
  }

  private anyBuffer(): Buffer {
    const dtype = this.pick(['float32', 'int32', 'bool', 'float32', 'other'] as const);
    return { dtype, length: this.below(40) };
  }

  /** A valid call with one to three of its parameters changed, and perhaps its buffers. */
  private mutated(): Call {
    const call = this.pick(this.valid);
    const params = [...call.params];
    for (let change = this.below(3); change >= 0; change--) {
      const at = this.below(params.length + 1);
      const old = params[at] ?? 0;
      const changes = [
        () => (params[at] = this.pick(NUMBERS)),
        () => (params[at] = old + this.pick([1, -1])),
        () => (params[at] = this.pick([old * 2, Math.floor(old / 2)])),
        () => (params[at] = this.below(6)),
        () => (params[at] = this.pick(params)),
        () => params.splice(at, 1),
        () => params.splice(at, 0, this.pick(NUMBERS)),
      ];
      changes[this.below(at === params.length ? 5 : 40) % 7]();
    }
    const changed = { ...call, params };
    return this.below(8) === 0 ? this.withOtherBuffers(changed) : changed;
  }

  private withOtherBuffers(call: Call): Call {
    const buffers = [...call.buffers];
    const at = this.below(buffers.length);
    const old = buffers[at] ?? this.anyBuffer();
    const changes = [
      () => (buffers[at] = { ...old, length: old.length + this.pick([1, -1, -2, 7]) }),
      () => (buffers[at] = { ...old, length: this.pick([0, old.length * 2, old.length >> 1]) }),
      () => (buffers[at] = { ...old, dtype: this.anyBuffer().dtype, values: undefined }),
      () => (buffers[at] = { ...old, values: undefined }),
      () => buffers.splice(at, 1),
      () => buffers.splice(at, 0, this.anyBuffer()),
      () => (buffers[at] = this.pick(buffers)),
    ];
    changes[this.below(changes.length)]();
    const fit = ({ length, ...rest }: Buffer) => ({ ...rest, length: Math.max(0, length) });
    return { ...call, buffers: buffers.map(fit) };
  }

  /** Gives an operation the buffers that it asks for, so that odd parameters reach its loops too. */
  private attemptMended(call: Call): void {
    let current = call;
    for (let tries = 0; tries <= call.buffers.length + 1; tries++) {
      const error = this.attempt(current);
      const next = error === null ? null : mended(current, error);
      if (next === null) return;
      current = next;
    }
  }

  private attempt(call: Call): string | null {
    const { id, params, buffers } = call;
    this.say({ op: this.addon.names[id] ?? id, params, buffers: buffers.map(describe) });
    const memories = buffers.map((buffer) => this.memoryFor(buffer));
    this.addon.params.set(params);
    const error = this.errorOf(() =>
      this.addon.run(id, params.length, ...memories.map(({ values }) => values)),
    );
    for (const { bytes, start, end } of memories) {
      const outside = [...bytes.subarray(0, start), ...bytes.subarray(end)];
      if (outside.some((byte) => byte !== PATTERN)) throw new Error('it wrote past a buffer');
    }
    return error;
  }

  /** What the call complains of; null where it gives a result. */
  private errorOf(call: () => void): string | null {
    try {
      call();
      this.results++;
      return null;
    } catch (error) {
      if (!(error instanceof Error) || error.message === '') throw error;
      return error.message;
    }
  }

  /** A recorded program of a valid call, whose slots are bound to what fits and to what does not. */
  private runProgram(): void {
    const call = this.pick(this.valid);
    const { id, params, buffers } = call;
    const slots = Uint32Array.from(buffers, (_, i) => (this.below(20) === 0 ? this.below(9) : i));
    const others = this.below(2) === 0 ? buffers : this.withOtherBuffers(call).buffers;
    this.say({
      program: this.addon.names[id],
      params,
      slots: [...slots],
      buffers: others.map(describe),
    });
    const bound = others.map((buffer) => this.memoryFor(buffer).values);
    const first = this.below(bound.length + 1);
    this.errorOf(() => {
      const program = new this.addon.Program(
        bound.map((values, i) => (i < first ? null : values)),
        Uint32Array.of(id),
        Uint32Array.of(params.length - Number(this.below(30) === 0)),
        Float64Array.from(params),
        Uint32Array.of(slots.length),
        slots,
      );
      if (this.below(4) === 0) program.bind(this.below(bound.length + 2), this.pick(bound));
      program.run(...bound.slice(0, first));
    });
  }

  private say(call: object): void {
    this.calls++;
    writeSync(this.log, `${JSON.stringify(call, numberAsText)}\n`.padEnd(4096), 0);
  }

  /**
   * Under AddressSanitizer a buffer is a block of its own, whose ends that knows; else it lies between
   * bytes that are looked at after the call.
   */
  private memoryFor({ dtype, length, values }: Buffer) {
    const ArrayType = dtype === 'other' ? Float64Array : ARRAYS[dtype];
    const guard = process.env.LD_PRELOAD === undefined ? GUARD : 0;
    const size = length * ArrayType.BYTES_PER_ELEMENT;
    const memory = new ArrayBuffer(size + 2 * guard);
    const bytes = new Uint8Array(memory).fill(PATTERN);
    const array = new ArrayType(memory, guard, length) as Values;
    const kept = values !== undefined && this.below(4) > 0;
    if (kept) array.set(values.subarray(0, length));
    else {
      const choices = dtype === 'int32' || dtype === 'bool' ? INDICES : FLOATS;
      for (let i = 0; i < length; i++) array[i] = choices[(i * 7 + length) % choices.length];
    }
    return { values: array, bytes, start: guard, end: guard + size };
  }
}

/** The call with the buffers that its error says it must have; null where it says nothing of them. */
function mended(call: Call, error: string): Call | null {
  const counts = /takes (\d+) inputs? and (\d+) outputs?, not/.exec(error);
  if (counts !== null) {
    const [inputs, outputs] = counts.slice(1).map(Number);
    const none: Buffer = { dtype: 'float32', length: 0 };
    const buffers = Array.from({ length: inputs + outputs }, (_, i) => call.buffers[i] ?? none);
    return buffers.length > 200 ? null : { ...call, inputs, buffers };
  }
  const wanted = /(input|output) (\d+) must be (\d+) (float32|int32|bool|bytes), not/.exec(error);
  if (wanted === null || Number(wanted[3]) > LONGEST) return null;
  const [, side, place, length, type] = wanted;
  const at = Number(place) + (side === 'output' ? call.inputs : 0);
  const dtype = type === 'bytes' ? 'bool' : (type as DType);
  const values = call.buffers[at]?.values;
  if (at >= call.buffers.length) return null;
  return { ...call, buffers: call.buffers.with(at, { dtype, length: Number(length), values }) };
}

function describe({ dtype, length }: Buffer): string {
  return `${length} ${dtype}`;
}

/** JSON has no NaN. */
function numberAsText(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** The calls that the sweep of all operations makes, but for long ones. */
async function validCalls(): Promise<{ addon: Addon; calls: Call[] }> {
  const backend = await useNative();
  const calls: Call[] = [];
  const { run } = backend;
  backend.run = (op, inputs, outputs, params) => {
    const buffers = [...inputs, ...outputs].map(({ dataId, dtype }) => {
      const values = backend.valuesOf(dataId);
      return { dtype: dtype as DType, length: values.length, values: values.slice() };
    });
    if (buffers.every(({ length }) => length < LONGEST / 4)) {
      calls.push({
        id: backend.opId(op),
        inputs: inputs.length,
        params: paramsOf(op, params),
        buffers,
      });
    }
    run.call(backend, op, inputs, outputs, params);
  };
  runEveryOperation(backend);
  const rank = new Map<number, number>();
  const few = calls.filter(({ id }) => {
    rank.set(id, (rank.get(id) ?? 0) + 1);
    return rank.get(id)! <= MOST_OF_AN_OPERATION;
  });
  return { addon: backend.addon, calls: few };
}

async function main([seed, calls, log]: string[]): Promise<void> {
  const { addon, calls: valid } = await validCalls();
  const fuzzer = new Fuzzer(addon, valid, Number(seed), log);
  while (fuzzer.calls < Number(calls)) fuzzer.next();
  console.log(JSON.stringify({ calls: fuzzer.calls, results: fuzzer.results }));
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
