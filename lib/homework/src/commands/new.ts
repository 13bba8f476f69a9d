import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { exampleAssignment } from '../assignment/example';
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
      if (existsSync(path)) throw new Mistake(`${path}: is there already: choose another name`);
      mkdirSync(dirname(path), { recursive: true });
      const title = basename(path, '.ipynb').replaceAll(/[-_]+/g, ' ');
      const notebook = exampleAssignment(title[0].toUpperCase() + title.slice(1));
      writeNotebook(path, notebook);
      console.log(`${path}: write your questions, then
  npx homework points ${path}
  npx homework release ${path} --out ${path.replace(/\.ipynb$/, '-release')}`);
    });
}
