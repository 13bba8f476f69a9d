import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { Mistake } from '../mistake';
import { sourceOf } from '../notebook';
import type { Assignment } from './assignment';

/**
 * The files that go with an assignment, by their paths from its folder: those that it names, and its
 * own modules, which cells import.
 *
 * @throws a Mistake where a module lies outside of its folder
 */
export function packedFiles({ notebook, files, path }: Assignment): readonly string[] {
  const folder = dirname(path);
  const found = new Set(files);
  const visit = (code: string, from: string): void => {
    for (const { fileName } of ts.preProcessFile(code, true, true).importedFiles) {
      if (!/^\.{1,2}\//.test(fileName)) continue;
      const module = moduleAt(join(from, fileName));
      if (!module) continue;
      const inside = relative(folder, module);
      if (inside.startsWith('..')) {
        throw new Mistake(
          `${path}: ${fileName} lies outside of its folder, and cannot be released`,
        );
      }
      if (found.has(inside)) continue;
      found.add(inside);
      visit(readFileSync(module, 'utf8'), dirname(module));
    }
  };
  for (const cell of notebook.cells) if (cell.cell_type === 'code') visit(sourceOf(cell), folder);
  return [...found];
}

function moduleAt(path: string): string | undefined {
  const endings = ['', '.ts', '.js', '.json', '/index.ts', '/index.js'];
  const isFile = (file: string) => existsSync(file) && lstatSync(file).isFile();
  return [path.replace(/\.js$/, '.ts'), ...endings.map((ending) => path + ending)].find(isFile);
}
