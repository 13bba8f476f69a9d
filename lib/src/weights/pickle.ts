import { opcode } from './pickle-opcodes';

/**
 * Reading and writing the small part of Python's pickle format that state dicts are made of. A pickle
 * is a program; this reader runs none of it: it knows the opcodes that build plain values, and hands
 * everything else (globals, calls, references to storages) to an allow-list.
 */

/** A Python global, such as a class or a function, by its full name: named, never loaded. */
export class Global {
  constructor(readonly name: string) {}
}

/** What a Python tuple becomes; a list becomes an array. */
export class Tuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** What the reader cannot decide itself. Each throws for what it does not allow. */
export interface Allowed {
  /** The value of a call of a global. */
  call(name: string, args: readonly unknown[]): unknown;
  /** The value that a persistent id stands for. */
  persistent(id: unknown): unknown;
}

const MARK = Symbol('mark');

/**
 * The value that a pickle describes: dicts become maps, tuples `Tuple`s, integers numbers.
 *
 * @throws at an opcode, a global or a call that is not allowed, naming it, and at a broken pickle
 */
export function unpickle(bytes: Uint8Array, allowed: Allowed): unknown {
  const reader = new Reader(bytes);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();

  const pop = (): unknown => {
    if (stack.length === 0) throw new Error('the pickle takes from an empty stack');
    const value = stack.pop();
    if (value === MARK) throw new Error('the pickle takes a mark for a value');
    return value;
  };
  const top = (): unknown => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const popToMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error('the pickle takes from an empty stack');
    return stack.splice(mark).slice(1);
  };
  const popTuple = (length: number) => {
    const items = Array.from({ length }, pop).reverse();
    stack.push(new Tuple(items));
  };
  const setItems = (items: readonly unknown[]) => {
    const map = top();
    if (!(map instanceof Map)) throw new Error('the pickle sets an item of what is no dict');
    if (items.length % 2 === 1) throw new Error('the pickle sets a key without a value');
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  };
  const append = (items: readonly unknown[]) => {
    const list = top();
    if (!Array.isArray(list)) throw new Error('the pickle appends to what is no list');
    for (const item of items) list.push(item);
  };
  const recall = (index: number) => {
    if (!memo.has(index)) throw new Error(`the pickle recalls what it never kept (${index})`);
    stack.push(memo.get(index));
  };
  const popArguments = (): readonly unknown[] => {
    const args = pop();
    if (!(args instanceof Tuple)) throw new Error('the pickle calls with what is no tuple');
    return args.items;
  };
  const popGlobal = (): string => {
    const callee = pop();
    if (!(callee instanceof Global)) throw new Error('the pickle calls what is no global');
    return callee.name;
  };

  const run: Record<number, () => void> = {
    [opcode.PROTO]: () => void reader.byte(),
    [opcode.GLOBAL]: () => stack.push(new Global(`${reader.line()}.${reader.line()}`)),
    [opcode.REDUCE]: () => {
      const args = popArguments();
      stack.push(allowed.call(popGlobal(), args));
    },
    [opcode.BINPERSID]: () => stack.push(allowed.persistent(pop())),
    [opcode.BUILD]: () => {
      // BUILD sets attributes: PyTorch keeps a state dict's `_metadata` so. Nothing here needs them.
      pop();
      if (!(top() instanceof Map)) throw new Error('the pickle builds what is no dict');
    },
    [opcode.MARK]: () => stack.push(MARK),
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
    [opcode.NONE]: () => stack.push(null),
    [opcode.NEWTRUE]: () => stack.push(true),
    [opcode.NEWFALSE]: () => stack.push(false),
    [opcode.BININT]: () => stack.push(reader.int32()),
    [opcode.BININT1]: () => stack.push(reader.byte()),
    [opcode.BININT2]: () => stack.push(reader.uint16()),
    [opcode.LONG1]: () => stack.push(reader.long(reader.byte())),
    [opcode.BINFLOAT]: () => stack.push(reader.float64()),
    [opcode.BINUNICODE]: () => stack.push(reader.text(reader.uint32())),
    [opcode.BINPUT]: () => memo.set(reader.byte(), top()),
    [opcode.LONG_BINPUT]: () => memo.set(reader.uint32(), top()),
    [opcode.BINGET]: () => recall(reader.byte()),
    [opcode.LONG_BINGET]: () => recall(reader.uint32()),
  };

  for (let next = reader.byte(); next !== opcode.STOP; next = reader.byte()) {
    if (!(next in run)) {
      const name = `0x${next.toString(16).padStart(2, '0')}`;
      throw new Error(`the pickle uses an opcode that is not allowed: ${name}`);
    }
    run[next]();
  }
  return pop();
}

class Reader {
  private at = 0;
  private readonly buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.take(1)[0];
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A two's complement integer of so many bytes. */
  long(numBytes: number): number {
    const bytes = this.take(numBytes);
    let value = 0n;
    for (let i = numBytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    return Number(BigInt.asIntN(8 * numBytes, value));
  }

  float64(): number {
    return this.take(8).readDoubleBE();
  }

  text(numBytes: number): string {
    return this.take(numBytes).toString('utf8');
  }

  line(): string {
    const end = this.buffer.indexOf('\n', this.at);
    if (end < 0) throw new Error('the pickle ends within a line');
    const line = this.buffer.toString('utf8', this.at, end);
    this.at = end + 1;
    return line;
  }

  private take(numBytes: number): Buffer {
    if (this.at + numBytes > this.buffer.length) throw new Error('the pickle is cut short');
    this.at += numBytes;
    return this.buffer.subarray(this.at - numBytes, this.at);
  }
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
    if (!Number.isSafeInteger(integer)) throw new Error(`cannot pickle the number ${integer}`);
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
