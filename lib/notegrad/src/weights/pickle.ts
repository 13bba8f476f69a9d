import { WeightsError } from '../errors';
import type { ByteSource } from './byte-source';
import { opcode } from './pickle-opcodes';
import { PickleReader } from './pickle-reader';

/**
 * Reading and writing the small part of Python's pickle format that state dicts are made of. A pickle
 * is a program; this reader runs none of it: it knows the opcodes that build plain values, and asks
 * an allow-list what everything else (calls of globals, references to storages) stands for.
 */

/** A Python global, such as a class or a function, by its full name: named, never loaded. */
export class Global {
  constructor(readonly name: string) {}
}

/** What a Python tuple becomes; a list becomes an array. */
export class Tuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** An object that only a call of its program could make: what it is is named, nothing is run. */
export class Unmade {
  /** What the pickle would give it, such as its attributes. */
  state: unknown = null;

  constructor(readonly name: string) {}
}

/** What the reader cannot decide itself. */
export interface Allowed {
  /** The value of a call of a global: an `Unmade` where it is not known. */
  call(name: string, args: readonly unknown[]): unknown;
  /** The value that a persistent id stands for. */
  persistent(id: unknown): unknown;
}

const MARK = Symbol('mark');

/**
 * The value that a pickle describes: dicts become maps, tuples `Tuple`s, lists arrays, integers
 * numbers (bigints over 2⁵³), calls what `allowed` says.
 *
 * @param start where in the source the pickle begins
 * @returns the value, and where the pickle ends
 * @throws at an opcode that is not allowed, naming it, and at a broken pickle
 */
export function unpickle(
  source: ByteSource,
  allowed: Allowed,
  start = 0,
): { value: unknown; end: number } {
  const reader = new PickleReader(source, start);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();

  const pop = (): unknown => {
    if (stack.length === 0) throw new WeightsError('the pickle takes from an empty stack');
    const value = stack.pop();
    if (value === MARK) throw new WeightsError('the pickle takes a mark for a value');
    return value;
  };
  const top = (): unknown => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const popToMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new WeightsError('the pickle takes from an empty stack');
    return stack.splice(mark).slice(1);
  };
  const popTuple = (length: number) => {
    const items = Array.from({ length }, pop).reverse();
    stack.push(new Tuple(items));
  };
  const setItems = (items: readonly unknown[]) => {
    const map = top();
    if (map instanceof Unmade) return;
    if (!(map instanceof Map)) throw new WeightsError('the pickle sets an item of what is no dict');
    if (items.length % 2 === 1) throw new WeightsError('the pickle sets a key without a value');
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  };
  const append = (items: readonly unknown[]) => {
    const list = top();
    if (list instanceof Unmade) return;
    if (!Array.isArray(list)) throw new WeightsError('the pickle appends to what is no list');
    for (const item of items) list.push(item);
  };
  const addItems = (items: readonly unknown[]) => {
    const set = top();
    if (!(set instanceof Set)) throw new WeightsError('the pickle adds to what is no set');
    for (const item of items) set.add(item);
  };
  const recall = (index: number) => {
    if (!memo.has(index))
      throw new WeightsError(`the pickle recalls what it never kept (${index})`);
    stack.push(memo.get(index));
  };
  const popArguments = (): readonly unknown[] => {
    const args = pop();
    if (!(args instanceof Tuple)) throw new WeightsError('the pickle calls with what is no tuple');
    return args.items;
  };
  const popGlobal = (): string => {
    const callee = pop();
    if (callee instanceof Unmade) return callee.name;
    if (!(callee instanceof Global)) throw new WeightsError('the pickle calls what is no global');
    return callee.name;
  };

  const run: Record<number, () => void> = {
    [opcode.PROTO]: () => {
      const protocol = reader.byte();
      if (protocol > 5)
        throw new WeightsError(`unknown pickle protocol: ${protocol} (known: up to 5)`);
    },
    [opcode.FRAME]: () => void reader.size(),
    [opcode.GLOBAL]: () => stack.push(new Global(`${reader.line()}.${reader.line()}`)),
    [opcode.STACK_GLOBAL]: () => {
      const [name, module] = [pop(), pop()];
      if (typeof name !== 'string' || typeof module !== 'string') {
        throw new WeightsError('the pickle names a global by what is no text');
      }
      stack.push(new Global(`${module}.${name}`));
    },
    [opcode.REDUCE]: () => {
      const args = popArguments();
      stack.push(allowed.call(popGlobal(), args));
    },
    [opcode.NEWOBJ]: () => {
      const args = popArguments();
      stack.push(allowed.call(popGlobal(), args));
    },
    [opcode.NEWOBJ_EX]: () => {
      pop();
      const args = popArguments();
      stack.push(allowed.call(popGlobal(), args));
    },
    [opcode.BINPERSID]: () => stack.push(allowed.persistent(pop())),
    [opcode.BUILD]: () => {
      // BUILD sets attributes: PyTorch keeps a state dict's `_metadata` so. Nothing here needs them.
      const state = pop();
      const built = top();
      if (built instanceof Unmade) built.state = state;
      else if (!(built instanceof Map)) throw new WeightsError('the pickle builds what is no dict');
    },
    [opcode.MARK]: () => stack.push(MARK),
    [opcode.POP]: () => {
      if (stack.pop() === undefined) throw new WeightsError('the pickle takes from an empty stack');
    },
    [opcode.POP_MARK]: () => void popToMark(),
    [opcode.DUP]: () => stack.push(top()),
    [opcode.TUPLE]: () => stack.push(new Tuple(popToMark())),
    [opcode.EMPTY_TUPLE]: () => stack.push(new Tuple([])),
    [opcode.TUPLE1]: () => popTuple(1),
    [opcode.TUPLE2]: () => popTuple(2),
    [opcode.TUPLE3]: () => popTuple(3),
    [opcode.EMPTY_LIST]: () => stack.push([]),
    [opcode.APPEND]: () => append([pop()]),
    [opcode.APPENDS]: () => append(popToMark()),
    [opcode.EMPTY_DICT]: () => stack.push(new Map()),
    [opcode.SETITEM]: () => {
      const value = pop();
      setItems([pop(), value]);
    },
    [opcode.SETITEMS]: () => setItems(popToMark()),
    [opcode.EMPTY_SET]: () => stack.push(new Set()),
    [opcode.ADDITEMS]: () => addItems(popToMark()),
    [opcode.FROZENSET]: () => stack.push(new Set(popToMark())),
    [opcode.NONE]: () => stack.push(null),
    [opcode.NEWTRUE]: () => stack.push(true),
    [opcode.NEWFALSE]: () => stack.push(false),
    [opcode.BININT]: () => stack.push(reader.int32()),
    [opcode.BININT1]: () => stack.push(reader.byte()),
    [opcode.BININT2]: () => stack.push(reader.uint16()),
    [opcode.LONG1]: () => stack.push(reader.long(reader.byte())),
    [opcode.LONG4]: () => stack.push(reader.long(reader.int32())),
    [opcode.BINFLOAT]: () => stack.push(reader.float64()),
    [opcode.BINUNICODE]: () => stack.push(reader.text(reader.uint32())),
    [opcode.SHORT_BINUNICODE]: () => stack.push(reader.text(reader.byte())),
    [opcode.BINUNICODE8]: () => stack.push(reader.text(reader.size())),
    [opcode.BINSTRING]: () => stack.push(reader.text(reader.int32())),
    [opcode.SHORT_BINSTRING]: () => stack.push(reader.text(reader.byte())),
    [opcode.BINBYTES]: () => stack.push(reader.bytes(reader.uint32())),
    [opcode.SHORT_BINBYTES]: () => stack.push(reader.bytes(reader.byte())),
    [opcode.BINBYTES8]: () => stack.push(reader.bytes(reader.size())),
    [opcode.BYTEARRAY8]: () => stack.push(reader.bytes(reader.size())),
    [opcode.MEMOIZE]: () => memo.set(memo.size, top()),
    [opcode.BINPUT]: () => memo.set(reader.byte(), top()),
    [opcode.LONG_BINPUT]: () => memo.set(reader.uint32(), top()),
    [opcode.BINGET]: () => recall(reader.byte()),
    [opcode.LONG_BINGET]: () => recall(reader.uint32()),
  };

  for (let next = reader.byte(); next !== opcode.STOP; next = reader.byte()) {
    if (!(next in run)) {
      const name = `0x${next.toString(16).padStart(2, '0')}`;
      throw new WeightsError(`the pickle uses an opcode that is not allowed: ${name}`);
    }
    run[next]();
  }
  return { value: pop(), end: reader.position };
}

/**
 * The pickle (protocol 2) of a value made of maps, `Tuple`s, `Global`s, strings, integers, booleans
 * and null, calls and persistent ids: only opcodes that `torch.load(…, weights_only=True)` allows.
 */
export function pickle(value: Picklable): Uint8Array {
  const parts: Buffer[] = [Buffer.from([opcode.PROTO, 2])];
  const put = (...bytes: number[]) => parts.push(Buffer.from(bytes));

  const write = (item: Picklable): void => {
    if (item === null) put(opcode.NONE);
    else if (typeof item === 'boolean') put(item ? opcode.NEWTRUE : opcode.NEWFALSE);
    else if (typeof item === 'number') writeInteger(item);
    else if (typeof item === 'string') writeText(item);
    else if (item instanceof Global) {
      const dot = item.name.lastIndexOf('.');
      put(opcode.GLOBAL);
      parts.push(Buffer.from(`${item.name.slice(0, dot)}\n${item.name.slice(dot + 1)}\n`));
    } else if (item instanceof Tuple) {
      put(opcode.MARK);
      for (const member of item.items) write(member as Picklable);
      put(opcode.TUPLE);
    } else if (item instanceof Call) {
      write(item.callee);
      write(item.args);
      put(opcode.REDUCE);
    } else if (item instanceof PersistentId) {
      write(item.id);
      put(opcode.BINPERSID);
    } else {
      write(new Call(new Global('collections.OrderedDict'), new Tuple([])));
      put(opcode.MARK);
      for (const [key, member] of item) {
        write(key);
        write(member);
      }
      put(opcode.SETITEMS);
    }
  };

  const writeInteger = (integer: number) => {
    if (integer >= 0 && integer < 256) return put(opcode.BININT1, integer);
    if (Number.isInteger(integer) && Math.abs(integer) < 2 ** 31) {
      const bytes = Buffer.alloc(5, opcode.BININT);
      bytes.writeInt32LE(integer, 1);
      return parts.push(bytes);
    }
    if (!Number.isSafeInteger(integer))
      throw new WeightsError(`cannot pickle the number ${integer}`);
    const bytes = Buffer.alloc(10);
    bytes.set([opcode.LONG1, 8]);
    bytes.writeBigInt64LE(BigInt(integer), 2);
    return parts.push(bytes);
  };

  const writeText = (text: string) => {
    const utf8 = Buffer.from(text);
    const head = Buffer.alloc(5, opcode.BINUNICODE);
    head.writeUInt32LE(utf8.length, 1);
    parts.push(head, utf8);
  };

  write(value);
  put(opcode.STOP);
  return Buffer.concat(parts);
}

/** A call of a Python global that the reading side will make. */
export class Call {
  constructor(
    readonly callee: Global,
    readonly args: Tuple,
  ) {}
}

/** What the reading side looks up elsewhere, as torch does a storage. */
export class PersistentId {
  constructor(readonly id: Tuple) {}
}

/** What `pickle` writes; a map becomes an OrderedDict. */
export type Picklable =
  | null
  | boolean
  | number
  | string
  | Global
  | Tuple
  | Call
  | PersistentId
  | ReadonlyMap<string, Picklable>;
