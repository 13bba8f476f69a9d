import { testCode } from './run-code';

testCode(({ path }) => !path.startsWith('docs'));
