import type { Notebook } from '../notebook';
import { sourceOf } from '../notebook';
import { type Assignment, isTestCell, type MarkedCell } from './assignment';
import { placeOf } from './make-release';
import type { CellRun } from './run-every-cell';
import { numberOf, outcomesOf, testGradesOf } from './test-grades';

type Runs = ReadonlyMap<number, CellRun>;

/** Why the run of an instructor's notebook does not earn all its points; none if it does. */
export function notEarned(assignment: Assignment, runs: Runs): readonly string[] {
  const failed = [...runs].flatMap(([index, run]) => {
    const marked = assignment.cells.find((cell) => cell.index === index);
    if (run.status === 'ok' || marked?.role === 'tests') return [];
    const place = marked ? placeOf(marked) : `cell ${index + 1}`;
    return `${place} of the solution fails: ${lastLineOf(run)}`;
  });
  const tests = assignment.cells.filter(isTestCell).flatMap((test) => {
    const run = runs.get(test.index);
    const value = run && numberOf(run);
    if (run?.status === 'ok' && value !== undefined && Math.abs(value - test.points) > 1e-9) {
      return `${placeOf(test)}: the solution earns ${value} of its ${test.points} points`;
    }
    return testGradesOf(test, run)
      .filter(({ status }) => status !== 'passed')
      .map(({ message }) => `${placeOf(test)}: the solution fails it: ${message.private}`);
  });
  return [...failed, ...tests];
}

/** Tests, and parts of them, that pass on the stubs: they test nothing. */
export function passedByNothing(assignment: Assignment, runs: Runs): readonly string[] {
  return assignment.cells.filter(isTestCell).flatMap((test) => {
    if (test.points === 0) return [];
    return testGradesOf(test, runs.get(test.index))
      .filter(({ score }) => score > 0)
      .map(({ name, score, max }) => {
        const part = name === test.id ? '' : `, “${name}”`;
        return `${placeOf(test)}${part}: the stubs earn ${score} of ${max} points: it tests nothing`;
      });
  });
}

/** Cells that fail although all code above them is the student's from the start. */
export function failedBeforeStubs(assignment: Assignment, runs: Runs): readonly string[] {
  const isStub = ({ role, cell }: MarkedCell) =>
    (role === 'solution' || role === 'written') && cell.cell_type === 'code';
  const first = assignment.cells.find(isStub)?.index ?? Number.POSITIVE_INFINITY;
  return [...runs]
    .filter(([index, { status }]) => index < first && status !== 'ok')
    .map(([index, run]) => `cell ${index + 1} of the released notebook fails: ${lastLineOf(run)}`);
}

/** Thresholds of `expectAccuracy` that fail the solution more often than in this share of trials. */
export function unsteady(assignment: Assignment, runs: Runs, rate: number): readonly string[] {
  return assignment.cells.filter(isTestCell).flatMap((test) =>
    thresholdsIn(runs.get(test.index)).flatMap(({ name, atLeast, values }) => {
      const misses = values.filter((value) => !(value >= atLeast)).length;
      if (misses <= rate * values.length) return [];
      const lowest = Math.min(...values).toPrecision(4);
      return `${placeOf(test)}: ${name} of at least ${atLeast} fails the solution in ${misses} of ${values.length} trials (the lowest is ${Number(lowest)})`;
    }),
  );
}

interface Threshold {
  readonly name: string;
  readonly atLeast: number;
  readonly values: readonly number[];
}

/** How often each threshold of a test was tried, and with what. */
export function thresholdsIn(run: CellRun | undefined): readonly Threshold[] {
  return outcomesOf(run).flatMap((outcome) => {
    const { threshold } = outcome as { readonly threshold?: Threshold };
    return threshold ?? [];
  });
}

/** What is hidden from students, line by line, and where it comes from. */
interface HiddenLine {
  readonly line: string;
  readonly place: string;
}

/**
 * Lines of hidden tests, mark schemes and solutions that stand in released texts. Lines without a word
 * (`});`) count for nothing, and those that students are shown anyway.
 *
 * @param texts what is released, by the name under which a message speaks of it
 */
export function leaks(
  assignment: Assignment,
  released: Notebook,
  texts: ReadonlyMap<string, string>,
): readonly string[] {
  const shown = released.cells.map(sourceOf).join('\n');
  const ofTests = hiddenLines(assignment, ({ role }) => role === 'tests' || role === 'task');
  const visible = new Set(
    assignment.cells
      .filter(({ role }) => role === 'given' || role === 'tests' || role === 'task')
      .flatMap((cell) => linesOf(cell.released)),
  );
  const unmarked = assignment.notebook.cells
    .filter((_, index) => !assignment.cells.some((cell) => cell.index === index))
    .flatMap((cell) => linesOf(sourceOf(cell)));
  const strict = ofTests.filter(({ line }) => !visible.has(line) && !unmarked.includes(line));
  // A stub has lines of its solution, those that say what a function is called and takes; and short
  // lines, such as `loss,`, are parts of others that students are shown.
  const rest = hiddenLines(
    assignment,
    ({ role }) => role === 'solution' || role === 'written',
  ).filter(({ line }) => !shown.includes(line));
  return [...texts].flatMap(([name, text]) =>
    [...strict, ...rest]
      .filter(({ line }) => text.includes(line))
      .map(({ line, place }) => `${name} has a line that ${place} hides: ${line}`),
  );
}

function hiddenLines(
  { cells }: Assignment,
  isOf: (cell: MarkedCell) => boolean,
): readonly HiddenLine[] {
  return cells.filter(isOf).flatMap((cell) => {
    const isWhole =
      cell.regions.length === 0 && (cell.role === 'solution' || cell.role === 'written');
    const lines = isWhole
      ? cell.source.split('\n')
      : cell.regions.flatMap((region) => region.lines);
    return lines.flatMap(linesOf).map((line) => ({ line, place: placeOf(cell) }));
  });
}

/** Words of the language, and types that it has. */
const COMMON_WORDS =
  /\b(?:async|await|class|const|else|export|function|return|boolean|false|null|number|string|true|undefined|unknown|void)\b/g;

/** Lines that say something: four letters or digits at least, beside what all code has. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => (line.replaceAll(COMMON_WORDS, '').match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= 4,
    );
}

function lastLineOf({ status, text, outputs }: CellRun): string {
  const error = outputs.find(({ output_type }) => output_type === 'error');
  if (error) return `${error.ename}: ${error.evalue}`;
  return status === 'timeout' ? `it ran longer than ${text}` : text.split('\n')[0];
}
