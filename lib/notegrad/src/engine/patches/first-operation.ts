import * as tf from '../tfjs';
import type { Patch } from './patch';

/** What tfjs does by itself when the first operation, or `tf.ready()`, finds no backend set. */
interface BackendChoice {
  backendName: string | undefined;
  initializeBackendsAndReturnBest(): { name: string; asyncInit: boolean };
  ready(): Promise<void>;
}

interface Chooser {
  /** Sets a backend at once, or throws what to call first. */
  now(): void;
  /** Sets a backend. */
  inTime(): Promise<unknown>;
}

/**
 * Lets `chooser` set the backend where tfjs would take plain JavaScript without a word: at the first
 * operation, or at `tf.ready()`, unless somebody called `tf.setBackend` before.
 */
export function firstOperation(chooser: Chooser): Patch {
  return {
    changes: ['engine().initializeBackendsAndReturnBest', 'engine().ready'],
    apply() {
      const choice = tf.engine() as unknown as BackendChoice;
      choice.initializeBackendsAndReturnBest = () => {
        chooser.now();
        return { name: tf.getBackend(), asyncInit: false };
      };
      const ready = choice.ready;
      choice.ready = async () => {
        if (choice.backendName == null) await chooser.inTime();
        await ready.call(choice);
      };
    },
  };
}
