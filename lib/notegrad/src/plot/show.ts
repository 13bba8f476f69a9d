import { inNotebook } from '../tslab';
import { bundle } from './bundle';
import { expectShowable, isPicture, isTable, type Showable, titleOf } from './figure';
import { displayBundle } from './notebook';
import { savePng } from './save';

/**
 * Shows a figure, picture or table: in a tslab notebook as one output of the running cell. In a
 * script a table is printed, and anything else is written as a PNG file named after its title into
 * the folder `figures` (or `NOTEGRAD_FIGURES`), which is said in one line.
 */
export function show(showable: Showable): void {
  expectShowable(showable);
  if (inNotebook()) {
    displayBundle(bundle(showable));
  } else if (isTable(showable)) {
    console.log(showable.text);
  } else {
    const title = isPicture(showable) ? showable.title : titleOf(showable);
    console.log(`figure written: ${savePng(showable, freeFile(title))}`);
  }
}

const filesOfThisRun = new Set<string>();

/** A file name of this run's own: a second figure of the same title does not replace the first. */
function freeFile(title: string): string {
  const folder = process.env.NOTEGRAD_FIGURES || 'figures';
  const words = title.toLowerCase().match(/[\p{Letter}\p{Number}]+/gu) ?? ['figure'];
  const stem = `${folder}/${words.join('-').slice(0, 80)}`;
  let file = `${stem}.png`;
  for (let i = 2; filesOfThisRun.has(file); i++) file = `${stem}-${i}.png`;
  filesOfThisRun.add(file);
  return file;
}
