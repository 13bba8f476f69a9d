import * as tf from './tf';

/** The engines, by the names that `NOTEGRAD_ENGINE` takes, fastest first. */
export type EngineName = 'gpu' | 'native' | 'tfjs-node' | 'wasm' | 'cpu';

/** The engine that computes, and why it was taken. */
export interface Engine {
  readonly name: EngineName;
  /** One line for people: the engine, its parts, and how to get a faster one. */
  readonly description: string;
}

/** The engine that computes. */
export async function engine(): Promise<Engine> {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  return { name: 'cpu', description: 'cpu' };
}
