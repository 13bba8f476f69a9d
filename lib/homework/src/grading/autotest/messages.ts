import type { Wire } from './values';

/** Which sequence of random tensors goes on from here. */
export interface RandomPlace {
  readonly seed: number;
  readonly draws: number;
}

/** What the examiner asks of the student's process. */
export type Request =
  /** The value of a name of the student's. */
  | { readonly asks: 'name'; readonly name: string }
  | { readonly asks: 'get' | 'has'; readonly of: number; readonly key: Wire }
  | { readonly asks: 'set'; readonly of: number; readonly key: Wire; readonly value: Wire }
  | { readonly asks: 'keys'; readonly of: number }
  | { readonly asks: 'primitive'; readonly of: number; readonly hint: string }
  | { readonly asks: 'instance'; readonly of: number; readonly value: Wire }
  | {
      readonly asks: 'call';
      readonly of: number;
      readonly self: Wire;
      readonly args: Wire;
      readonly random?: RandomPlace;
      /** Whether a gradient is taken through it. */
      readonly isTaped?: true;
    }
  /** The gradients of a tensor that a call gives, by those that it is given. */
  | {
      readonly asks: 'gradient';
      readonly of: number;
      readonly self: Wire;
      readonly args: Wire;
      readonly random: RandomPlace;
      /** Which one, of those in the call's result. */
      readonly output: number;
      /** The gradient that comes to it. */
      readonly dy: Wire;
      /** Variables of the student's by which it is wanted, too. */
      readonly variables: readonly number[];
    }
  | {
      readonly asks: 'construct';
      readonly of: number;
      readonly args: Wire;
      readonly random?: RandomPlace;
    }
  /** An answer to a `calls`. */
  | { readonly asks: 'goOn'; readonly value: Wire }
  | { readonly asks: 'goOnThrowing'; readonly value: Wire }
  /** The test is over: what comes next is asked by somebody else. */
  | { readonly asks: 'nothing' };

/** A request with the number that its answer has to bear. */
export type NumberedRequest = Request & {
  readonly nonce: string;
  /** Whether it is the first of a test. */
  readonly begins?: true;
  /** Variables that both sides know and the examiner changed, by the student's numbers. */
  readonly assigned?: readonly { readonly of: number; readonly value: Wire }[];
};

/** What the student's process says: an answer, or a question of its own. */
export type Answer = { readonly nonce: string } & Partial<VariableNews> &
  (
    | {
        readonly says: 'returned' | 'threw';
        readonly value: Wire;
        /** Whether it was a promise that came to this. */
        readonly isPromise: boolean;
        /** The arguments as they are now, where the call changed them. */
        readonly changed?: Wire;
      }
    /** A function that was passed is called. */
    | { readonly says: 'calls'; readonly of: number; readonly self: Wire; readonly args: Wire }
    /** The result cannot leave its process. */
    | { readonly says: 'unsendable'; readonly text: string }
  );

/** What became of the student's variables since the examiner last heard of them. */
export interface VariableNews {
  /** Those that are new or changed. */
  readonly variables: Wire;
  /** Models of the examiner's that were built, and the numbers of their variables. */
  readonly built: readonly { readonly id: number; readonly variables: readonly number[] }[];
  /** The trained variables that a call through which a gradient is taken made use of. */
  readonly touched: readonly number[];
  /** Whether one of these was there before the test. */
  readonly touchesOlder: boolean;
}

/** How a student's process ended before it answered. */
export interface Ended {
  readonly says: 'ended';
  /** Lost is what never began: that is not the student's fault. */
  readonly how: 'died' | 'timeout' | 'lost';
  readonly text: string;
}
