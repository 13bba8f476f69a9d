import { formatTable } from '../table';
import type { Checked } from './check-notebook';

/** What a check found, in words and a table. */
export function checkReport({ questions, failed, repairs }: Checked): string {
  const rows = questions.flatMap(({ id, grades }) =>
    grades.length === 0
      ? [[id, '', '–', 'nothing to check here: it is marked by a person or by hidden tests']]
      : grades.map(({ name, score, max, status, message }) => [
          id,
          name,
          `${score}/${max}`,
          status === 'passed' ? 'passed' : message.public,
        ]),
  );
  const parts = [`\n${formatTable(['question', 'test', 'points', 'result'], rows.map(oneLine))}`];
  if (failed.length > 0) {
    parts.push(
      `Cells that fail:\n${failed.map((one) => `  - cell ${one.cell}: ${one.message}`).join('\n')}`,
    );
  }
  if (repairs.length > 0) {
    const list = repairs.map(({ cell, message }) => `  - ${cell} ${message}`).join('\n');
    parts.push(
      `Not as it was given (the tests above ran as they were given; --repair puts it back in the notebook):\n${list}`,
    );
  }
  return parts.join('\n\n');
}

function oneLine(row: readonly string[]): readonly string[] {
  return row.map((text) => text.replaceAll(/\s*\n\s*/g, ' '));
}
