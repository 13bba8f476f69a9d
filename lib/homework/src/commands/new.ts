import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { exampleAssignment } from '../assignment/example';
import { prepareFolder } from '../choose-notebooks';
import { Mistake } from '../mistake';
import { writeNotebook } from '../notebook';

/** `homework new`: makes an assignment to start from. */
export function addNew(program: Command): void {
  program
    .command('new')
    .description('make an assignment to start from: a notebook with a solution, tests and points')
    .argument('<name>', 'its file, with or without .ipynb')
    .action((name: string) => {
      const path = name.endsWith('.ipynb') ? name : `${name}.ipynb`;
      const title = basename(path)
        .slice(0, -'.ipynb'.length)
        .replaceAll(/[-_.]+/g, ' ')
        .trim();
      if (name.endsWith('/') || title === '') {
        throw new Mistake(`${name || "''"}: a file's name is wanted, such as notebooks/week-1`);
      }
      if (existsSync(path)) throw new Mistake(`${path}: is there already: choose another name`);
      prepareFolder(dirname(path));
      const notebook = exampleAssignment(title[0].toUpperCase() + title.slice(1));
      writeNotebook(path, notebook);
      console.log(`${path}: write your questions, then
  npx homework points ${path}
  npx homework release ${path} --out ${path.replace(/\.ipynb$/, '-release')}`);
    });
}
