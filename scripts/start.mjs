// @ts-check
// `npm start`: sets the machine up, then runs and prints every notebook.

import { homework } from './setup/homework.mjs';
import { setUp } from './setup.mjs';

await setUp();
process.exitCode = await homework('run', ...process.argv.slice(2));
