import { Bytes, compareBytes, mapGet, mapSet } from './kept';
import type { NumberedRequest, VariableNews } from './messages';
import type { Tensors } from './tensors';
import { fromWire, type Receiver, type Sender, toWire } from './values';

const KeptMap = Map;

interface Told {
  readonly variable: object;
  /** Its values, as the examiner knows them. */
  bytes: Uint8Array;
  isDisposed: boolean;
}

/** Both sides' variables, as the student's process has them. */
export interface StudentsVariables {
  /** A test begins, whose examiner knows of no variable yet. */
  begin(): void;
  /** The examiner is told of this variable from now on. */
  tell(variable: object): void;
  /** This one is a copy of what a call was given. */
  leaveOut(variable: object): void;
  /** A model of the examiner's was built here. */
  tellBuilt(id: number, variables: readonly object[]): void;
  /** These were made use of where a gradient is taken. */
  touch(variables: readonly object[]): void;
  /** Takes over what the examiner made of variables. */
  assign(assigned: NumberedRequest['assigned'], blobs: readonly Uint8Array[]): void;
  /** What the examiner does not know yet. */
  news(blobs: Uint8Array[]): Partial<VariableNews>;
}

/**
 * Keeps the variables of the student's process and the examiner's copies of them alike. Those that were
 * there before a test are told of once they are spoken of, and new ones at once: an optimizer of the
 * examiner's that is not told which to train trains all that there are.
 */
export function studentsVariables(
  tensors: Tensors,
  sender: Sender,
  receiver: Receiver,
): StudentsVariables {
  let told: Told[] = [];
  let byVariable = new KeptMap<object, Told>();
  let older = new KeptMap<object, true>();
  let copies = new KeptMap<object, true>();
  let built: VariableNews['built'][number][] = [];
  let touched: readonly object[] = [];

  const bytesOf = (variable: object): Uint8Array => new Bytes(tensors.partsOf(variable)!.bytes);
  const add = (variable: object): void => {
    const one = { variable, bytes: bytesOf(variable), isDisposed: false };
    told[told.length] = one;
    mapSet(byVariable, variable, one);
  };

  return {
    begin() {
      told = [];
      byVariable = new KeptMap();
      built = [];
      older = new KeptMap();
      copies = new KeptMap();
      const all = tensors.variables();
      for (let i = 0; i < all.length; i++) mapSet(older, all[i], true);
    },
    tell(variable) {
      if (!mapGet(byVariable, variable)) add(variable);
    },
    leaveOut(variable) {
      mapSet(copies, variable, true);
    },
    tellBuilt(id, variables) {
      const numbers: number[] = [];
      for (let i = 0; i < variables.length; i++) {
        add(variables[i]);
        numbers[i] = sender.numberOf(variables[i]);
      }
      built[built.length] = { id, variables: numbers };
    },
    touch(variables) {
      touched = variables;
    },
    assign(assigned, blobs) {
      if (assigned === undefined) return;
      for (let i = 0; i < assigned.length; i++) {
        const variable = receiver.own(assigned[i].of);
        tensors.assign(variable, fromWire(assigned[i].value, blobs, receiver) as object);
        const known = mapGet(byVariable, variable);
        if (known) known.bytes = bytesOf(variable);
      }
    },
    news(blobs) {
      const changed: object[] = [];
      for (let i = 0; i < told.length; i++) {
        const one = told[i];
        if (one.isDisposed) continue;
        const { bytes, isDisposed = false } = tensors.partsOf(one.variable)!;
        if (!isDisposed && compareBytes(bytes, one.bytes) === 0) continue;
        one.bytes = new Bytes(bytes);
        one.isDisposed = isDisposed;
        changed[changed.length] = one.variable;
      }
      const all = tensors.variables();
      for (let i = 0; i < all.length; i++) {
        if (mapGet(older, all[i]) || mapGet(copies, all[i])) continue;
        if (mapGet(byVariable, all[i])) continue;
        add(all[i]);
        changed[changed.length] = all[i];
      }
      const numbers: number[] = [];
      let touchesOlder = false;
      for (let i = 0; i < touched.length; i++) {
        if (mapGet(copies, touched[i])) continue;
        numbers[numbers.length] = sender.numberOf(touched[i]);
        touchesOlder ||= !mapGet(byVariable, touched[i]);
      }
      const found: Partial<VariableNews> = {
        ...(changed.length > 0 && { variables: toWire(changed, sender, blobs) }),
        ...(built.length > 0 && { built }),
        ...(numbers.length > 0 && { touched: numbers, touchesOlder }),
      };
      built = [];
      touched = [];
      return found;
    },
  };
}
