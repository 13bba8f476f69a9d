import * as tf from '../../../lib/notegrad/src/engine/tf';

export const backendName = 'cpu';

export const load = () => tf.setBackend('cpu');
