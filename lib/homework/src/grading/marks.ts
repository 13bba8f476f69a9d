import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Mistake, reasonOf } from '../mistake';
import { readNotebook } from '../notebook';
import { writeText } from '../write-text';
import { answerOf } from './answers';
import { formatCsv, parseCsv } from './csv';
import { EXECUTED, recordsIn } from './graded-folder';
import { giveMarks, type Mark } from './hand-marks';

const HEADER = ['student', 'question', 'cell', 'score', 'max', 'comment', 'answer'];

/** Writes a line for each answer that a person marks, with what is known of it; returns how many. */
export function exportMarks(folder: string, path: string): number {
  const rows = recordsIn(folder).flatMap(({ student, questions }) => {
    const executed = readNotebook(join(folder, student, EXECUTED));
    return questions.flatMap(({ id, manual }) =>
      manual.map(({ cell, score, max, comment }) => {
        const known = [score === null ? '' : String(score), String(max), comment];
        return [student, id, cell, ...known, harmless(answerOf(executed, cell).text)];
      }),
    );
  });
  writeText(path, formatCsv([HEADER, ...rows]));
  return rows.length;
}

/** A student's text is no formula of a spreadsheet. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/**
 * Takes marks over into the records: lines with a score. Returns how many there were.
 *
 * @throws a Mistake that lists every line that is wrong; then nothing is changed
 */
export function importMarks(folder: string, path: string): number {
  const marks = readMarks(path);
  const records = recordsIn(folder);
  const flaws: string[] = [];
  const seen = new Set<string>();
  for (const { line, student, cell, score } of marks) {
    const record = records.find((one) => one.student === student);
    const manual = record?.questions.flatMap((question) => question.manual);
    const found = manual?.find((one) => one.cell === cell);
    const key = JSON.stringify([student, cell]);
    if (!record) flaws.push(`line ${line}: no student ${student} was graded`);
    else if (!found) flaws.push(`line ${line}: ${student} has no answer ${cell} to mark`);
    else if (!(score >= 0 && score <= found.max))
      flaws.push(`line ${line}: the score is a number from 0 to ${found.max}`);
    else if (seen.has(key)) flaws.push(`line ${line}: ${student}, ${cell} is marked twice`);
    seen.add(key);
  }
  if (flaws.length > 0) {
    throw new Mistake(
      `${path}: no mark was taken over:${flaws.map((flaw) => `\n  - ${flaw}`).join('')}`,
    );
  }
  for (const record of records) {
    const own = marks.filter(({ student }) => student === record.student);
    if (own.length > 0) giveMarks(folder, record, own.map(markOf));
  }
  return marks.length;
}

interface Line extends Mark {
  /** Its place in the file, from 1; the header is the first. */
  readonly line: number;
  readonly student: string;
  readonly score: number;
}

function markOf({ cell, score, comment }: Line): Mark {
  return { cell, score, comment };
}

function readMarks(path: string): readonly Line[] {
  let rows: readonly (readonly string[])[];
  try {
    rows = parseCsv(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Mistake(`${path}: ${reasonOf(error)}`);
  }
  const [header = [], ...lines] = rows;
  const column = (name: string) => {
    const at = header.indexOf(name);
    if (at >= 0) return at;
    throw new Mistake(`${path}: has no column ${name} (its columns: ${header.join(', ')})`);
  };
  const [student, cell, score, comment] = ['student', 'cell', 'score', 'comment'].map(column);
  return lines.flatMap((row, i) => {
    const text = (row[score] ?? '').trim();
    if (text === '') return [];
    const mark = { student: row[student], cell: row[cell], comment: row[comment] ?? '' };
    return [{ ...mark, line: i + 2, score: Number(text) }];
  });
}
