import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { backendName } from 'backend-under-test';

// One name for all, so that a spec has the same full name on every backend.
setTestEnvs([{ name: 'backend', backendName, isDataSync: true }]);
