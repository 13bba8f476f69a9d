import type { Call, Origin, Recording, Value } from './recording';

/** A recorded step with all that it leaves behind written by its calls. */
export interface Graph {
  readonly calls: readonly Call[];
  /** Computed by the calls, each but once. */
  readonly results: readonly Value[];
}

/** Makes the graph of a recording: what it assigns and returns becomes copies at its end. */
export function graphOf({ calls, results, assignments }: Recording): Graph {
  const nodes = new Nodes(calls);
  const body = nodes.withoutWrittenConstants();
  const end: Call[] = [];
  const returned = new Set<Value>();
  const returnedValues = results.map(({ value }) => {
    const own = value.origin.kind === 'computed' && !returned.has(value);
    const result = own ? value : nodes.computed(value);
    if (!own) end.push(copy(value, result));
    returned.add(result);
    return result;
  });
  for (const { variable, value } of assignments) {
    end.push(copy(value, nodes.variable({ kind: 'variable', variable }, value)));
  }
  return { calls: [...body, ...end], results: returnedValues };
}

const BYTES = { float32: 4, int32: 4, bool: 1 } as const;

export function bytesOf({ dtype, length }: Value): number {
  return BYTES[dtype] * length;
}

function copy(from: Value, to: Value): Call {
  return { op: 'copy', inputs: [from], outputs: [to], params: [bytesOf(from)] };
}

class Nodes {
  private readonly calls: readonly Call[];
  private readonly values = new Set<Value>();
  private nextId: number;

  constructor(calls: readonly Call[]) {
    this.calls = calls;
    for (const { inputs, outputs } of calls) {
      for (const value of [...inputs, ...outputs]) this.values.add(value);
    }
    this.nextId = Math.max(-1, ...[...this.values].map(({ id }) => id)) + 1;
  }

  computed(like: Value): Value {
    return this.add({ kind: 'computed' }, like);
  }

  variable(origin: Origin & { kind: 'variable' }, like: Value): Value {
    for (const value of this.values) {
      if (value.origin.kind === 'variable' && value.origin.variable === origin.variable) {
        return value;
      }
    }
    return this.add(origin, like);
  }

  /** The calls, where one that updates a constant in place updates a copy. */
  withoutWrittenConstants(): readonly Call[] {
    const written = new Set(this.calls.flatMap(({ outputs }) => outputs));
    const replaced = new Map<Value, Value>();
    for (const value of written) {
      if (value.origin.kind === 'constant') replaced.set(value, this.computed(value));
    }
    if (replaced.size === 0) return this.calls;
    const current = (value: Value) => replaced.get(value) ?? value;
    return [
      ...[...replaced].map(([constant, mine]) => copy(constant, mine)),
      ...this.calls.map((call) => ({
        ...call,
        inputs: call.inputs.map(current),
        outputs: call.outputs.map(current),
      })),
    ];
  }

  private add(origin: Origin, { dtype, length }: Value): Value {
    const value = { id: this.nextId++, dtype, length, origin };
    this.values.add(value);
    return value;
  }
}
