export { loadWasm as load } from '../../../lib/notegrad/src/engine/wasm/load';

export const backendName = 'wasm';
