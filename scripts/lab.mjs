// @ts-check
// `npm run lab`: sets the machine up, then opens Jupyter on the notebooks.

import { homework } from './setup/homework.mjs';
import { setUp } from './setup.mjs';

await setUp({ lab: true });
process.exitCode = await homework('lab', ...process.argv.slice(2));
