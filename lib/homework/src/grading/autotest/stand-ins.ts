import { randomUUID } from 'node:crypto';
import { ExaminersVariables, isNews } from './examiners-variables';
import type { Channel } from './frames';
import type { Answer, Ended, NumberedRequest, RandomPlace, Request } from './messages';
import type { Tensors } from './tensors';
import {
  fromWire,
  isDifferentiable,
  type ModelParts,
  type Receiver,
  type Sender,
  type TensorParts,
  toWire,
  Unsendable,
  type Wire,
} from './values';

/** The student's process ended, or took too long: no test can pass on that, whatever it expects. */
export class StudentEnded extends Error {
  override readonly name = 'StudentEnded';
}

/** A test wants what cannot be had from another process. */
export class CannotAutotest extends Error {
  override readonly name = 'CannotAutotest';
}

/** What the examiner's library brings. */
export interface ExaminerLibrary {
  readonly tensors: Tensors;
  readonly randomState: () => RandomPlace;
  readonly goOnRandom: (place: RandomPlace) => void;
  /** Whether a gradient is being taken. */
  readonly isGradientTaken: () => boolean;
  /** The class of an error that a process of the library's may throw, by its name. */
  readonly errorClass: (name: string) => ErrorConstructor | undefined;
}

/** A call through which a gradient is taken. */
interface TapedCall {
  readonly name: string;
  readonly request: Request & { readonly asks: 'call' } & { readonly random: RandomPlace };
  readonly blobs: readonly Uint8Array[];
  /** The tensors that it was given, and the variables that it made use of. */
  readonly inputs: object[];
  /** The numbers of these variables. */
  readonly variables: number[];
  /** How many tensors of its result are linked. */
  outputs: number;
}

const STRANGE: Ended = { says: 'ended', how: 'died', text: 'it said what nobody asked for' };

/** After each call the examiner's own sequence of random tensors goes on from here. */
const NEXT_DRAWS = 2 ** 40;
/** More than one call through which a gradient is taken draws. */
const DRAWS_OF_A_CALL = 2 ** 20;

/**
 * Stands in for what lives in a student's process. Calls go there and wait for their answer; what comes
 * back is data, of which each is copied once, and stand-ins for functions and objects of classes.
 */
export class StandIns {
  /** Why this test cannot pass any more. */
  ended: Ended | undefined;
  /** Why this test cannot be decided here. */
  cannot: string | undefined;
  /** Whether a call changed what it was given. */
  hasChanged = false;
  /** Whether what calls change of their arguments is changed here, too. */
  copiesBack = false;

  /** What was answered since the last call: until the next one nothing is another value than it was. */
  private readonly known = new Map<string, unknown>();
  private readonly idOfStub = new WeakMap<object, number>();
  private readonly stubs = new Map<number, object>();
  private readonly owned = new Map<number, object>();
  private readonly numbers = new Map<object, number>();
  private readonly variables: ExaminersVariables;
  private readonly models = new Map<object, ModelParts>();
  private hasBegun = false;
  private readonly thrown = new WeakMap<object, number>();
  /** The call whose result is being linked to a tape. */
  private taped: TapedCall | undefined;
  private tapedCalls = 0;

  constructor(
    private readonly channel: Channel,
    private readonly library: ExaminerLibrary,
  ) {
    this.variables = new ExaminersVariables(library.tensors);
  }

  /** The test is over. */
  close(): void {
    this.variables.dispose();
  }

  /** The value that one of the student's names has now. */
  valueOf(name: string): unknown {
    return this.look({ asks: 'name', name });
  }

  private readonly sender: Sender = {
    numberOf: (value) => {
      if (typeof value !== 'function' && !this.models.has(value)) {
        const error = value instanceof Error;
        this.refuse(
          error
            ? 'an error is passed to it'
            : `an object of the class ${value.constructor?.name || '(none)'} is passed to it`,
        );
      }
      const known = this.numbers.get(value);
      if (known !== undefined) return known;
      const id = this.numbers.size + 1;
      this.numbers.set(value, id);
      this.owned.set(id, value);
      return id;
    },
    numberOfStub: (value) => this.idOfStub.get(value) ?? this.thrown.get(value),
    tensorParts: (value) => this.library.tensors.partsOf(value),
    numberOfVariable: (value) => this.variables.numberOf(value),
    modelParts: (value) => {
      const known = this.models.get(value);
      // Its weights were sent, and what became of them since is sent with every request.
      if (known) return { ...known, weights: [] };
      const parts = this.library.tensors.modelParts(value);
      if (parts) this.models.set(value, parts);
      return parts;
    },
  };

  private readonly receiver: Receiver = {
    own: (id) => {
      const value = this.owned.get(id);
      if (!value) throw new TypeError('nothing of this number was passed');
      return value;
    },
    stubOf: (id, type, name) => {
      const known = this.stubs.get(id);
      if (known) return known;
      const stub = this.standIn(id, type, name);
      this.stubs.set(id, stub);
      this.idOfStub.set(stub, id);
      return stub;
    },
    tensorOf: (parts) => {
      if (parts.id !== undefined) return this.variableOf(parts.id, parts);
      const made = () => this.library.tensors.tensorOf(parts);
      if (this.taped && isDifferentiable(parts)) return this.linked(made, this.taped);
      return made();
    },
    errorOf: (error, classes, id) => {
      const named = classes.map((name) => this.library.errorClass(name)).find(Boolean);
      if (named) Object.setPrototypeOf(error, named.prototype);
      if (classes[0] && error.name !== classes[0]) {
        Object.defineProperty(error, 'name', {
          value: classes[0],
          configurable: true,
          writable: true,
        });
      }
      this.thrown.set(error, id);
      return error;
    },
  };

  private variableOf(id: number, parts: TensorParts): object {
    if (!this.variables.isLent(id)) return this.variables.heardOf(id, parts);
    const own = this.variables.of(id)!;
    const before = this.library.tensors.partsOf(own);
    const isChanged = before !== undefined && Buffer.compare(before.bytes, parts.bytes) !== 0;
    if (!isChanged) return own;
    this.hasChanged = true;
    return this.copiesBack
      ? this.variables.heardOf(id, parts)
      : (this.variables.refuse(id, parts) ?? own);
  }

  /** Takes over what became of variables in the student's process. */
  private takeOver(answer: Answer, blobs: readonly Uint8Array[]): void {
    if (!isNews(answer)) this.end(STRANGE);
    const { built = [], variables, touched = [], touchesOlder } = answer;
    for (const one of built) {
      const model = this.owned.get(one.id);
      if (!model) this.end(STRANGE);
      try {
        this.variables.lend(model, one.variables);
      } catch {
        this.end(STRANGE);
      }
    }
    if (variables !== undefined) this.read(variables, blobs);
    if (!this.taped) return;
    if (touchesOlder === true) {
      const { name } = this.taped;
      this.refuse(`a gradient is taken through ${name}, by variables that the test does not name`);
    }
    for (const number of touched) {
      const variable = this.variables.of(number);
      if (!variable) this.end(STRANGE);
      if (this.taped.inputs.includes(variable)) continue;
      this.taped.inputs.push(variable);
      this.taped.variables.push(number);
    }
  }

  private standIn(id: number, type: 'function' | 'object', name: string): object {
    const target = type === 'function' ? function standIn(): void {} : {};
    const wireKey = (key: PropertyKey): Wire => {
      try {
        return toWire(key, this.sender, []);
      } catch {
        return null;
      }
    };
    return new Proxy(target, {
      get: (_, key) => {
        if (key === Symbol.toPrimitive) return (hint: string) => this.primitive(id, hint);
        if (key === Symbol.hasInstance) return (value: unknown) => this.isInstance(id, value);
        if (typeof key === 'symbol' && wireKey(key) === null) {
          if (isOfTheLanguage(key)) return undefined;
          return this.refuse(`${String(key)} is looked up in ${name || 'an object'}`);
        }
        return this.look({ asks: 'get', of: id, key: wireKey(key) });
      },
      set: (_, key, value) => {
        const blobs: Uint8Array[] = [];
        const wire = toWire(value, this.sender, blobs);
        this.ask({ asks: 'set', of: id, key: wireKey(key), value: wire }, blobs);
        return true;
      },
      has: (_, key) =>
        wireKey(key) !== null && this.look({ asks: 'has', of: id, key: wireKey(key) }) === true,
      ownKeys: (own) => {
        const found = this.look({ asks: 'keys', of: id });
        const keys = Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
        return [...new Set([...keys, ...Reflect.ownKeys(own)])];
      },
      getOwnPropertyDescriptor: (own, key) => {
        const fixed = Reflect.getOwnPropertyDescriptor(own, key);
        if (fixed || typeof key === 'symbol') return fixed;
        const found = this.look({ asks: 'keys', of: id });
        if (!(Array.isArray(found) && found.includes(key))) return undefined;
        const value = this.look({ asks: 'get', of: id, key });
        return { value, enumerable: true, configurable: true, writable: true };
      },
      defineProperty: () => this.refuse(`a property of ${name || 'an object'} is defined`),
      deleteProperty: () => this.refuse(`a property of ${name || 'an object'} is deleted`),
      setPrototypeOf: () => this.refuse(`the class of ${name || 'an object'} is changed`),
      apply: (_, self, args) => this.call(id, self, args, name),
      construct: (_, args, newTarget) => {
        if (this.idOfStub.get(newTarget) !== id)
          this.refuse(`a class of the test's extends ${name}`);
        const made = this.call(id, undefined, args, name, true);
        return typeof made === 'object' && made !== null ? made : Object(made);
      },
    });
  }

  private primitive(id: number, hint: string): unknown {
    const value = this.look({ asks: 'primitive', of: id, hint });
    if (typeof value === 'object' || typeof value === 'function')
      throw new TypeError('no primitive');
    return value;
  }

  private isInstance(id: number, value: unknown): boolean {
    if (typeof value !== 'object' && typeof value !== 'function') return false;
    const isTheirs = value !== null && this.sender.numberOfStub(value) !== undefined;
    if (!isTheirs) return false;
    const blobs: Uint8Array[] = [];
    const wire = toWire(value, this.sender, blobs);
    return this.ask({ asks: 'instance', of: id, value: wire }, blobs) === true;
  }

  private call(id: number, self: unknown, args: unknown[], name: string, isNew = false): unknown {
    const blobs: Uint8Array[] = [];
    const inputs: object[] = [];
    const wire = this.written(args, name, blobs, inputs);
    const isLinked = inputs.length > 0 || !this.variables.isEmpty || this.models.size > 0;
    const isTaped = this.library.isGradientTaken() && isLinked;
    const place = this.library.randomState();
    // A place that far comes from the end of a call: nobody began the sequence anew since.
    const isFar = place.draws >= NEXT_DRAWS;
    const random = isFar ? {} : { random: place };
    this.library.goOnRandom({ seed: place.seed, draws: NEXT_DRAWS + (place.draws % NEXT_DRAWS) });
    if (isNew) {
      if (isTaped && inputs.length > 0) {
        this.refuse(`a gradient is taken through the class ${name}`);
      }
      return this.ask({ asks: 'construct', of: id, args: wire, ...random }, blobs, args);
    }
    const wireSelf = this.written(self, name, blobs);
    const request = { asks: 'call', of: id, self: wireSelf, args: wire } as const;
    if (!isTaped) return this.ask({ ...request, ...random }, blobs, args);
    // It draws the same numbers when it is called for its gradient, and others in the next call.
    const draws = place.draws + NEXT_DRAWS / 2 + ++this.tapedCalls * DRAWS_OF_A_CALL;
    const drawn = isFar ? { ...place, draws } : place;
    this.taped = {
      name: name || 'a function',
      request: { ...request, random: drawn },
      blobs: blobs.map((one) => Uint8Array.from(one)),
      inputs,
      variables: [],
      outputs: 0,
    };
    try {
      return this.ask({ ...this.taped.request, isTaped: true }, blobs, args);
    } finally {
      this.taped = undefined;
    }
  }

  /** A tensor of a call's result, through which the tape goes on to what the call was given. */
  private linked(made: () => object, taped: TapedCall): object {
    const { tensors } = this.library;
    const { request, inputs, name } = taped;
    const output = taped.outputs++;
    return tensors.cameOf(made, inputs, (dy) => {
      if (this.library.isGradientTaken()) {
        this.refuse(`a gradient of a gradient is taken through ${name}`);
      }
      const blobs = [...taped.blobs];
      const wire = toWire(dy, this.sender, blobs);
      const { variables } = taped;
      const found = this.ask({ ...request, asks: 'gradient', output, dy: wire, variables }, blobs);
      const isEach = Array.isArray(found) && found.length === inputs.length;
      if (!isEach || !found.every((one) => one === undefined || tensors.isDifferentiable(one))) {
        this.end(STRANGE);
      }
      return found;
    });
  }

  /** @param tensors takes those by which a gradient can be taken, in the order of the blobs */
  private written(value: unknown, name: string, blobs: Uint8Array[], tensors: object[] = []): Wire {
    const noting: Sender = {
      ...this.sender,
      tensorParts: (one) => {
        if (this.library.tensors.isDifferentiable(one)) tensors.push(one);
        return this.sender.tensorParts(one);
      },
    };
    try {
      return toWire(value, noting, blobs);
    } catch (error) {
      if (!(error instanceof Unsendable)) throw error;
      return this.refuse(`${error.message} would be passed to ${name || 'a function'}`);
    }
  }

  private refuse(why: string): never {
    this.cannot ??= why;
    throw new CannotAutotest(`cannot be autotested: ${why}`);
  }

  private end(ended: Ended): never {
    this.ended ??= ended;
    throw new StudentEnded(this.ended.text);
  }

  /** A value that is looked at, and so the same however often a test looks. */
  private look(
    request: Request & { readonly asks: 'name' | 'get' | 'has' | 'keys' | 'primitive' },
  ) {
    const key = JSON.stringify(request);
    // What is looked at may depend on them.
    if (this.variables.areChanged) this.known.clear();
    if (!this.known.has(key)) this.known.set(key, this.ask(request, []));
    return this.known.get(key);
  }

  private ask(request: Request, blobs: readonly Uint8Array[], args: unknown[] = []): unknown {
    if (this.ended) throw new StudentEnded(this.ended.text);
    if (['call', 'construct', 'gradient', 'set'].includes(request.asks)) this.known.clear();
    const nonce = randomUUID();
    this.say({ ...request, nonce }, blobs);
    for (;;) {
      const answer = this.hear(nonce);
      const { message } = answer;
      switch (message.says) {
        case 'calls':
          this.takeOver(message, answer.blobs);
          this.callBack(message, answer.blobs, nonce);
          break;
        case 'unsendable':
          throw new TypeError(`it gives what no test can look at: ${String(message.text)}`);
        case 'returned':
        case 'threw': {
          this.takeOver(message, answer.blobs);
          const value = this.read(message.value, answer.blobs);
          if (message.changed !== undefined) this.copyBack(args, message.changed, answer.blobs);
          if (message.isPromise === true) {
            return message.says === 'threw' ? Promise.reject(value) : Promise.resolve(value);
          }
          if (message.says === 'threw') throw value;
          return value;
        }
      }
    }
  }

  private say(message: NumberedRequest, given: readonly Uint8Array[]): void {
    const blobs = [...given];
    const assigned = this.variables.assigned(this.sender, blobs);
    const begins = !this.hasBegun;
    this.hasBegun = true;
    const whole: NumberedRequest = {
      ...message,
      ...(assigned.length > 0 && { assigned }),
      ...(begins && { begins }),
    };
    try {
      this.channel.send({ message: whole, blobs });
    } catch (error) {
      if (error instanceof RangeError) this.refuse(error.message);
      throw error;
    }
  }

  /** The next thing that is said to the question of this number. */
  private hear(nonce: string): { readonly message: Answer; readonly blobs: readonly Uint8Array[] } {
    let frame: ReturnType<Channel['receive']>;
    try {
      frame = this.channel.receive();
    } catch (error) {
      if (
        error instanceof SyntaxError ||
        error instanceof RangeError ||
        error instanceof TypeError
      ) {
        return this.end(STRANGE);
      }
      throw error;
    }
    if (frame.party === 'grader') this.end(frame.message as Ended);
    const message = frame.message as Answer | null;
    const known = ['returned', 'threw', 'calls', 'unsendable'];
    if (typeof message !== 'object' || message?.nonce !== nonce || !known.includes(message.says)) {
      return this.end(STRANGE);
    }
    return { message, blobs: frame.blobs };
  }

  private read(wire: Wire, blobs: readonly Uint8Array[]): unknown {
    try {
      return fromWire(wire, blobs, this.receiver);
    } catch {
      return this.end({ says: 'ended', how: 'died', text: 'it said what cannot be read' });
    }
  }

  /** A function that the test passed is called from there. */
  private callBack(
    { of, self, args }: Answer & { readonly says: 'calls' },
    blobs: readonly Uint8Array[],
    nonce: string,
  ): void {
    if (this.taped) {
      this.refuse(
        `a gradient is taken through ${this.taped.name}, which calls a function of the test’s`,
      );
    }
    const f = this.owned.get(of);
    if (typeof f !== 'function') {
      this.end({ says: 'ended', how: 'died', text: 'it called what nobody passed' });
    }
    const given = this.read(args, blobs);
    const own = this.read(self, blobs);
    let says: 'goOn' | 'goOnThrowing' = 'goOn';
    let value: unknown;
    try {
      value = Reflect.apply(f, own, Array.isArray(given) ? given : []);
    } catch (error) {
      if (this.ended || this.cannot !== undefined) throw error;
      [says, value] = ['goOnThrowing', error];
    }
    if (value instanceof Promise) {
      value.catch(() => undefined);
      this.refuse('an async function is passed to it');
    }
    const out: Uint8Array[] = [];
    const isOwnError = value instanceof Error && this.sender.numberOfStub(value) === undefined;
    const wire = isOwnError ? errorWire(value as Error) : toWire(value, this.sender, out);
    this.say({ asks: says, value: wire, nonce }, out);
  }

  private copyBack(args: unknown[], changed: Wire, blobs: readonly Uint8Array[]): void {
    if (!this.copiesBack) return;
    if (this.taped) {
      this.refuse(`a gradient is taken through ${this.taped.name}, which changes what it is given`);
    }
    const now = this.read(changed, blobs);
    if (!Array.isArray(now)) return;
    this.hasChanged = true;
    for (const [i, arg] of args.entries()) copyInto(arg, now[i]);
  }
}

const SYMBOLS: ReadonlySet<unknown> = new Set(
  Object.getOwnPropertyNames(Symbol).map((name) => Reflect.get(Symbol, name)),
);

/** Whether the language itself asks for this, as it does of any object. */
function isOfTheLanguage(key: symbol): boolean {
  return SYMBOLS.has(key);
}

/** What a function of the test's threw; the student may know its words. */
function errorWire(error: Error): Wire {
  return { is: 'error', classes: [error.name], message: error.message, keys: [], items: [], id: 0 };
}

/** Makes a list, an array or an object what a call made of it. */
function copyInto(target: unknown, now: unknown): void {
  if (target === now) return;
  if (Array.isArray(target) && Array.isArray(now)) {
    target.splice(0, target.length, ...now);
  } else if (ArrayBuffer.isView(target) && ArrayBuffer.isView(now)) {
    const bytes = (view: ArrayBufferView) =>
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (target.byteLength === now.byteLength) bytes(target).set(bytes(now));
  } else if (target instanceof Map && now instanceof Map) {
    target.clear();
    for (const [key, value] of now) target.set(key, value);
  } else if (target instanceof Set && now instanceof Set) {
    target.clear();
    for (const value of now) target.add(value);
  } else if (isAssignable(target) && isAssignable(now)) {
    // The variable is the test's, and its new values are the student's.
    target.assign(now);
  } else if (isRecord(target) && isRecord(now)) {
    for (const key of Object.keys(target)) if (!Object.hasOwn(now, key)) delete target[key];
    Object.assign(target, now);
  }
}

function isAssignable(value: unknown): value is { assign(value: unknown): void } {
  return isObject(value) && typeof value.assign === 'function' && 'dataId' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
