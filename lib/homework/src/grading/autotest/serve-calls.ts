import { type Channel, ChannelClosed, type Frame } from './frames';
import {
  apply,
  Bytes,
  construct,
  defineProperty,
  getOwnPropertyDescriptor,
  getProperty,
  has,
  isPromise,
  isPrototype,
  mapGet,
  mapSet,
  ownKeys,
  settled,
} from './kept';
import type { Answer, NumberedRequest, RandomPlace, Request } from './messages';
import { studentsVariables } from './students-variables';
import type { Tensors } from './tensors';
import {
  fromWire,
  isDifferentiable,
  type Receiver,
  type Sender,
  toWire,
  Unsendable,
  type Wire,
} from './values';

/** What the student's side brings. */
export interface Served {
  readonly channel: Channel;
  readonly tensors: Tensors;
  /** The value that one of the student's names has now; throws as the name itself does. */
  readonly valueOfName: (name: string) => unknown;
  readonly goOnRandom: (place: RandomPlace) => void;
  /**
   * The examiner has gone, or asks for nothing more of the test of this name; the answer is whether that
   * ends the serving, as it does not where another test has begun since.
   */
  readonly onEnd: (test?: string) => boolean;
}

/** Somebody who answers. */
export interface Serving {
  /** Listens to the next question, unless it does so already. */
  resume(): void;
}

type Unnumbered = Answer extends infer One
  ? One extends Answer
    ? Omit<One, 'nonce'>
    : never
  : never;

const KeptMap = Map;
const instanceOf = Function.prototype[Symbol.hasInstance];
const toText = String;
const toNumber = Number;
const { toPrimitive } = Symbol;

/**
 * Answers what an examiner asks about the values of a student's, one question at a time. Whatever it says
 * is the student's answer and nothing else: this process decides nothing.
 */
export function serveCalls({ channel, tensors, valueOfName, goOnRandom, onEnd }: Served): Serving {
  const owned = new Map<number, object>();
  const numbers = new Map<object, number>();
  const stubs = new Map<object, number>();
  const stubsByNumber = new Map<number, object>();
  /** Models of the examiner's that were built here, by its numbers. */
  let models = new KeptMap<number, object>();
  let numbersOfModels = new KeptMap<object, number>();
  let count = 0;
  /** The question that is being answered. */
  let nonce: string | undefined;
  let isListening = false;

  const sender: Sender = {
    numberOf(value) {
      const known = mapGet(numbers, value);
      if (known !== undefined) return known as number;
      count++;
      mapSet(numbers, value, count);
      mapSet(owned, count, value);
      return count;
    },
    numberOfStub: (value) => mapGet(stubs, value) ?? mapGet(numbersOfModels, value),
    tensorParts: (value) => tensors.partsOf(value),
    numberOfVariable(value) {
      variables.tell(value);
      return sender.numberOf(value);
    },
    staysHere,
  };
  const receiver: Receiver = {
    own(id) {
      const value = mapGet(owned, id) as object | undefined;
      if (value === undefined) throw new TypeError('nothing of this number was spoken of');
      return value;
    },
    stubOf(id, _type, name) {
      const known = mapGet(stubsByNumber, id) as object | undefined;
      if (known) return known;
      const stub = function (this: unknown, ...args: unknown[]): unknown {
        return callBack(id, this, args);
      };
      defineProperty(stub, 'name', { value: name, configurable: true });
      mapSet(stubs, stub, id);
      mapSet(stubsByNumber, id, stub);
      return stub;
    },
    tensorOf(parts) {
      if (parts.id !== undefined) return receiver.own(parts.id);
      const tensor = tensors.tensorOf(parts);
      if (parts.variable !== undefined) variables.leaveOut(tensor);
      return tensor;
    },
    errorOf: (error) => error,
    modelOf(id, kind, config, weights) {
      const known = mapGet(models, id);
      if (known) return known;
      const model = tensors.modelOf(kind, config, weights());
      mapSet(models, id, model);
      mapSet(numbersOfModels, model, id);
      variables.tellBuilt(id, tensors.variablesOf(model));
      return model;
    },
  };
  const variables = studentsVariables(tensors, sender, receiver);

  const say = (answer: Unnumbered, blobs: Uint8Array[]): void => {
    channel.send({ message: { ...answer, ...variables.news(blobs), nonce }, blobs });
  };
  /** Objects that hold themselves, or that are too deep or too many, stay here. */
  const write = (value: unknown, blobs: Uint8Array[]): Wire => {
    const { length } = blobs;
    try {
      return toWire(value, sender, blobs);
    } catch (error) {
      if (!(error instanceof Unsendable)) throw error;
      blobs.length = length;
      return toWire(value, { ...sender, staysHere: () => true }, blobs);
    }
  };
  const sayValue = (
    says: 'returned' | 'threw',
    value: unknown,
    isPromise: boolean,
    args?: Passed,
  ): void => {
    const blobs: Uint8Array[] = [];
    let written: { value: Wire; changed?: Wire };
    try {
      written = { value: write(value, blobs), ...args?.changes(blobs) };
    } catch (error) {
      const text = error instanceof Unsendable ? error.message : 'it cannot be read';
      say({ says: 'unsendable', text }, []);
      return;
    }
    try {
      say({ says, isPromise, ...written }, blobs);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      say({ says: 'unsendable', text: error.message }, []);
    }
  };

  /** A function of the examiner's that was passed as an argument: it is called there. */
  const callBack = (id: number, self: unknown, args: unknown[]): unknown => {
    if (nonce === undefined) throw new Error('this function belongs to a call that is over');
    const blobs: Uint8Array[] = [];
    const ours = nonce;
    const isOwnThis = self === undefined || self === globalThis;
    const wireSelf = write(isOwnThis ? undefined : self, blobs);
    say({ says: 'calls', of: id, self: wireSelf, args: write(args, blobs) }, blobs);
    for (;;) {
      const { message, blobs: given } = channel.receive();
      const request = message as NumberedRequest;
      variables.assign(request.assigned, given);
      if (request.asks === 'goOn') return fromWire(request.value, given, receiver);
      if (request.asks === 'goOnThrowing') throw fromWire(request.value, given, receiver);
      // The function itself asks for something of ours before it has an answer.
      nonce = request.nonce;
      answerNow(request, given);
      nonce = ours;
    }
  };

  /** What a call was given, and whether it left that as it was. */
  interface Passed {
    readonly values: unknown[];
    changes(blobs: Uint8Array[]): { changed?: Wire };
  }
  const passed = (wire: Wire, blobs: readonly Uint8Array[]): Passed => {
    const values = fromWire(wire, blobs, receiver) as unknown[];
    const before: Uint8Array[] = [];
    const first = fingerprint(values, before);
    return {
      values,
      changes(out) {
        const after: Uint8Array[] = [];
        if (fingerprint(values, after) === first && areSame(before, after)) return {};
        return { changed: toWire(values, copying, out) };
      },
    };
  };
  const constant = { dtype: '', shape: [], bytes: new Bytes(0) };
  /** What was passed was copied. */
  const copying: Sender = { ...sender, staysHere: () => false };
  const changeable: Sender = {
    ...copying,
    tensorParts: (value) => (tensors.isConstant(value) ? constant : tensors.partsOf(value)),
  };
  const fingerprint = (values: unknown[], blobs: Uint8Array[]): string | undefined => {
    try {
      const text = stringOf(toWire(values, changeable, blobs));
      for (let i = 0; i < blobs.length; i++) blobs[i] = new Bytes(blobs[i]);
      return text;
    } catch {
      return undefined;
    }
  };

  const perform = (request: Request, blobs: readonly Uint8Array[]): [unknown, Passed?] => {
    switch (request.asks) {
      case 'name':
        return [valueOfName(request.name)];
      case 'get':
        return [getProperty(receiver.own(request.of), key(request.key))];
      case 'has':
        return [has(receiver.own(request.of), key(request.key))];
      case 'set': {
        const target = receiver.own(request.of) as Record<PropertyKey, unknown>;
        target[key(request.key)] = fromWire(request.value, blobs, receiver);
        return [undefined];
      }
      case 'keys':
        return [stringsIn(ownKeys(receiver.own(request.of)))];
      case 'primitive':
        return [primitiveOf(receiver.own(request.of), request.hint)];
      case 'instance': {
        const value = fromWire(request.value, blobs, receiver);
        const type = receiver.own(request.of) as { prototype?: object };
        return [
          apply(instanceOf, type as never, [value]) ||
            (typeof value === 'object' &&
              value !== null &&
              isPrototype(type.prototype ?? {}, value)),
        ];
      }
      case 'call': {
        const args = passed(request.args, blobs);
        if (request.random) goOnRandom(request.random);
        const self = fromWire(request.self, blobs, receiver);
        const f = receiver.own(request.of) as () => unknown;
        const call = () => apply(f, self, args.values);
        return [request.isTaped ? tensors.onTape(call, variables.touch) : call(), args];
      }
      case 'gradient':
        return [tensors.keepingVariables(() => gradientsOf(request, blobs))];
      case 'construct': {
        const args = passed(request.args, blobs);
        if (request.random) goOnRandom(request.random);
        return [construct(receiver.own(request.of) as new () => unknown, args.values), args];
      }
      default:
        throw new TypeError('nothing is asked');
    }
  };
  /** The call is made once more, on a tape of this process's own. */
  const gradientsOf = (
    {
      of,
      self,
      args,
      random,
      output,
      dy,
      variables: wanted,
    }: Request & { readonly asks: 'gradient' },
    blobs: readonly Uint8Array[],
  ): readonly unknown[] => {
    const by: object[] = [];
    const noting: Receiver = {
      ...receiver,
      tensorOf(parts) {
        const tensor = receiver.tensorOf(parts);
        if (tensors.isDifferentiable(tensor)) by[by.length] = tensor;
        return tensor;
      },
    };
    const values = fromWire(args, blobs, noting) as unknown[];
    for (let i = 0; i < wanted.length; i++) by[by.length] = receiver.own(wanted[i]);
    const own = fromWire(self, blobs, receiver);
    const given = fromWire(dy, blobs, receiver) as object;
    const f = receiver.own(of) as () => unknown;
    goOnRandom(random);
    const call = () => differentiableIn(apply(f, own, values))[output];
    return tensors.gradientsOf(call, by, given);
  };
  /** The tensors of a value by which it can be differentiated, in the order in which they are sent. */
  const differentiableIn = (value: unknown): object[] => {
    const found: object[] = [];
    const noting: Sender = {
      ...sender,
      tensorParts(one) {
        const parts = tensors.partsOf(one);
        if (parts && isDifferentiable(parts)) found[found.length] = one;
        return parts;
      },
    };
    toWire(value, noting, []);
    return found;
  };
  const key = (wire: Wire) => fromWire(wire, [], receiver) as PropertyKey;

  /** Answers at once: a promise cannot settle while the examiner's own function waits. */
  const answerNow = (request: Request, blobs: readonly Uint8Array[]): void => {
    let result: [unknown, Passed?];
    try {
      result = perform(request, blobs);
    } catch (error) {
      sayValue('threw', error, false);
      return;
    }
    if (isPromise(result[0])) {
      say({ says: 'unsendable', text: 'a promise inside of a function that the test passed' }, []);
      return;
    }
    sayValue('returned', result[0], false, result[1]);
  };

  const answer = (request: Request, blobs: readonly Uint8Array[]): void => {
    const ours = nonce;
    const end = (says: 'returned' | 'threw', value: unknown, isPromise: boolean, args?: Passed) => {
      // A promise that settles after the question was given up.
      if (nonce !== ours) return;
      sayValue(says, value, isPromise, args);
      nonce = undefined;
      next();
    };
    let result: [unknown, Passed?];
    try {
      result = perform(request, blobs);
    } catch (error) {
      end('threw', error, false);
      return;
    }
    const [value, args] = result;
    if (!isPromise(value)) {
      end('returned', value, false, args);
      return;
    }
    settled(
      value as Promise<unknown>,
      (found) => end('returned', found, true, args),
      (error) => end('threw', error, true, args),
    );
  };

  /** Where nothing is left that could settle the promise of an answer, it is never settled. */
  process.on('beforeExit', () => {
    if (nonce === undefined) return;
    say({ says: 'unsendable', text: NEVER }, []);
    nonce = undefined;
    next();
  });

  const next = (): void => {
    isListening = true;
    channel.receiveLater((error: Error | undefined, frame?: Frame) => {
      isListening = false;
      if (error || !frame) {
        if (!(error instanceof ChannelClosed)) throw error;
        onEnd();
        return;
      }
      const request = frame.message as NumberedRequest;
      if (request.asks === 'nothing') {
        if (!onEnd(request.nonce)) next();
        return;
      }
      nonce = request.nonce;
      if (request.begins) {
        variables.begin();
        models = new KeptMap();
        numbersOfModels = new KeptMap();
      }
      variables.assign(request.assigned, frame.blobs);
      answer(request, frame.blobs);
    });
  };
  return {
    resume() {
      if (isListening) return;
      nonce = undefined;
      next();
    },
  };
}

export const NEVER = 'its promise is never settled';

const stringOf = JSON.stringify;

function areSame(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i].length !== b[i].length) return false;
    for (let j = 0; j < a[i].length; j++) if (a[i][j] !== b[i][j]) return false;
  }
  return true;
}

/** What has methods, or names that are symbols, is more than its data. */
function staysHere(value: object): boolean {
  const keys = ownKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const property = getOwnPropertyDescriptor(value, keys[i]);
    if (typeof keys[i] === 'symbol' || typeof property?.value === 'function') return true;
  }
  return false;
}

function stringsIn(keys: readonly PropertyKey[]): string[] {
  const texts: string[] = [];
  for (let i = 0; i < keys.length; i++) {
    const one = keys[i];
    if (typeof one === 'string') texts[texts.length] = one;
  }
  return texts;
}

function primitiveOf(value: object, hint: string): unknown {
  const own: unknown = getProperty(value, toPrimitive);
  if (typeof own === 'function') return apply(own as (hint: string) => unknown, value, [hint]);
  return hint === 'string' ? toText(value) : hint === 'number' ? toNumber(value) : `${value}`;
}
