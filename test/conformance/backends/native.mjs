export { registerNative as load } from '../../../lib/src/engine/native/register';

export const backendName = 'native';
