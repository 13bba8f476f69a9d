import * as tf from '../../../lib/src/engine/tf';

export const backendName = 'cpu';

export const load = () => tf.setBackend('cpu');
