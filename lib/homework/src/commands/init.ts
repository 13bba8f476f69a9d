import { resolve } from 'node:path';
import type { Command } from 'commander';
import { initProject } from '../init-project';

/** `homework init`: a new project of notebooks. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('make a new project: a first notebook, package.json, a place for data')
    .argument('[folder]', 'a new or empty folder', '.')
    .action((folder: string) => {
      for (const file of initProject(folder)) console.log(`  ${file}`);
      const enter = resolve(folder) === process.cwd() ? '' : `cd ${folder} && `;
      console.log(`Next: ${enter}npm install && npm start`);
    });
}
