import type { NativeBackend } from '../../../../lib/notegrad/src/engine/native/backend/native-backend';

/** How many operations run one by one, rather than in a program, while `work` is done. */
export async function runOneByOne(backend: NativeBackend, work: () => unknown): Promise<number> {
  const { compute } = backend;
  let count = 0;
  backend.compute = (...call) => {
    count++;
    compute.apply(backend, call);
  };
  try {
    await work();
  } finally {
    backend.compute = compute;
  }
  return count;
}
