import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { EngineError } from '../../../errors';
import type { Patch } from '../patch';

interface Memory {
  /** Allocates so many bytes; the address, or 0 where there is no place left. */
  _malloc: (numBytes: number) => number;
  readonly _free: (address: number) => void;
}

/**
 * The backend says when its memory is full: told that there is no place left, it would write the
 * tensor over what lies at address 0.
 */
export function fullMemory({ wasm }: BackendWasm): Patch {
  return {
    changes: ['backend().wasm._malloc'],
    apply() {
      const memory = wasm as unknown as Memory;
      // Emscripten's first call puts the real function in the place of itself.
      memory._free(memory._malloc(1));
      const allocate = memory._malloc;
      memory._malloc = (numBytes) => {
        const address = allocate(numBytes);
        if (address !== 0 || numBytes === 0) return address;
        throw new EngineError(
          `no place for ${numBytes} bytes more in the memory of the wasm engine, which is 4 GiB at most: ` +
            'dispose of tensors that are no longer needed, make smaller ones, or use the native engine',
        );
      };
    },
  };
}
