// Writes what V8 makes of TypeScript into a file, with all functions that checking a cell calls:
//   node compile-typescript.js FILE
import { writeFileSync } from 'node:fs';
import { packageFolder } from '../project';
import { loadTypeScript } from './compiled-typescript';

async function main(target: string): Promise<void> {
  const script = loadTypeScript();
  // It takes TypeScript for granted: not before it is there.
  const { CellTypes } = await import('./cell-types');
  const types = new CellTypes(packageFolder, packageFolder);
  types.check(1, "import { tf } from 'notegrad';\nconst sum = tf.tensor([1, 2]).sum();");
  types.accept(() => true);
  types.check(2, 'for (const x of [sum]) console.log(String(x), x.shape.map((n) => n + 1));');
  writeFileSync(target, script.createCachedData(), { flag: 'wx', mode: 0o600 });
}

void main(process.argv[2]);
