export { registerNative as load } from '../../../lib/notegrad/src/engine/native/register';

export const backendName = 'native';
