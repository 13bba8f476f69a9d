import { type Cell, codeCells, type Notebook, sourceOf, tagsOf } from '../notebook';
import { outputDigest, type RunRecord, runRecordOf, sourceDigests } from '../run-record';

/** A cell that shows something whenever it runs: the call stands at the beginning of a line. */
const SHOWS = /^(?:show|display\.\w+)\(/m;

/**
 * Why the outputs stored in a notebook are not those of its present code in the full profile, or
 * would disappoint: one line a reason, none if all is well.
 */
export function wrongOutputs(notebook: Notebook): readonly string[] {
  const cells = codeCells(notebook);
  const numbers = (isWrong: (cell: Cell) => boolean) =>
    cells.flatMap((cell, index) => (isWrong(cell) ? [index + 1] : []));
  const unrun = numbers((cell) => typeof cell.execution_count !== 'number');
  if (unrun.length === cells.length) return ['it has no outputs: none of its cells was run'];
  const failed = numbers(endsInError);
  const silent = numbers((cell) => SHOWS.test(sourceOf(cell)) && !cell.outputs?.length);
  return [
    ...complain(unrun, 'was not run', 'were not run'),
    ...(unrun.length === 0 ? wrongOrder(cells) : []),
    ...complain(failed, 'ends in an error', 'end in an error'),
    ...complain(
      silent.filter((number) => !unrun.includes(number)),
      'has no output',
      'have no output',
    ),
    ...wrongRun(notebook, runRecordOf(notebook)),
  ];
}

function wrongRun(notebook: Notebook, run: RunRecord | undefined): readonly string[] {
  if (!run) return ['it is not recorded which profile made its outputs'];
  const digests = sourceDigests(notebook);
  const changed = digests.findIndex((digest, index) => digest !== run.sources[index]) + 1;
  const reasons: string[] = [];
  if (run.profile !== 'full') reasons.push(`its outputs are those of the ${run.profile} profile`);
  if (changed > 0)
    reasons.push(`cell ${changed} has changed since it ran: outputs from there on are stale`);
  else if (digests.length < run.sources.length) reasons.push('cells were removed since it ran');
  if (outputDigest(notebook) !== run.outputs) {
    reasons.push(
      'its outputs are not those of the recorded run: cells ran, or were cleared, since',
    );
  }
  return reasons;
}

function wrongOrder(cells: readonly Cell[]): readonly string[] {
  const index = cells.findIndex(({ execution_count }, index) => execution_count !== index + 1);
  if (index < 0) return [];
  const found = cells[index].execution_count;
  return [`its cells were not run once from top to bottom: cell ${index + 1} ran as In [${found}]`];
}

function endsInError(cell: Cell): boolean {
  const isMeant = tagsOf(cell).includes('raises-exception');
  return !isMeant && (cell.outputs ?? []).some(({ output_type }) => output_type === 'error');
}

function complain(numbers: readonly number[], one: string, many: string): readonly string[] {
  if (numbers.length === 0) return [];
  return numbers.length === 1
    ? [`cell ${numbers[0]} ${one}`]
    : [`cells ${numbers.join(', ')} ${many}`];
}
