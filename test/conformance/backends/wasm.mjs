export { loadWasm as load } from '../../../lib/src/engine/wasm/load';

export const backendName = 'wasm';
