import { pastTimeLimit } from '../failure';
import { textOf } from '../notebook';
import type { TestCell } from './assignment';
import type { TestGrade, TestStatus } from './grade-record';
import type { CellRun } from './run-every-cell';
import { amount, listOf, record, text } from './shape';

/** What the library's tests tell programs, beside what they show. */
export const OUTCOME_TYPE = 'application/vnd.notegrad.test+json';

export interface Part {
  readonly name: string;
  readonly score: number;
  readonly max: number;
  readonly message: string;
}

const parts = record<{ readonly parts: readonly Part[] }>({
  parts: listOf(record<Part>({ name: text, score: amount, max: amount, message: text })),
});

/**
 * What a test cell earned in a run, as nbgrader has it: nothing where it fails, its value where that is
 * a number, else all its points. One grade for each named part; the parts of a cell that failed before
 * it came to them are one.
 *
 * @param isReleased whether it is the test as students have it, of which parts may be hidden. Default false
 */
export function testGradesOf(
  test: TestCell,
  run: CellRun | undefined,
  { isReleased = false }: { readonly isReleased?: boolean } = {},
): readonly TestGrade[] {
  const seconds = run?.seconds ?? 0;
  const common = { cell: test.id, seconds };
  // Of several, some may be what the student's code shows: then the cell's value counts.
  const first = partsOf(outcomesOf(run));
  const total = (first ?? []).reduce((sum, { max }) => sum + max, 0);
  const isAll = Math.abs(total - test.points) < 1e-9 || (isReleased && total < test.points);
  if (run?.status === 'ok' && first && isAll) {
    return first.map((part, i) => {
      const isVisible = test.released.includes(part.name);
      const isPassed = part.score === part.max;
      return {
        ...common,
        name: isVisible ? part.name : `hidden test ${i + 1}`,
        visible: isVisible,
        score: part.score,
        max: part.max,
        status: isPassed ? 'passed' : 'failed',
        message: {
          public: isVisible || isPassed ? part.message : hiddenMessage(test),
          private: isPassed ? '' : `${part.name}: ${part.message}`,
        },
        seconds: i === 0 ? seconds : 0,
      };
    });
  }
  const score = run?.status === 'ok' ? scoreOf(test, run) : 0;
  const status = statusOf(run, score === test.points);
  const isVisible = status === 'passed' ? test.hidden.length === 0 : failsVisibly(test, run);
  const message = status === 'passed' ? '' : messageOf(run, score, test.points);
  return [
    {
      ...common,
      name: test.id,
      visible: isVisible,
      score,
      max: test.points,
      status,
      message: {
        public: isVisible || isToldOpenly(status, run) ? message : hiddenMessage(test),
        private: status === 'passed' ? '' : run?.text || message,
      },
    },
  ];
}

/** Whether a message says nothing of a hidden test: it passed, or how its run ended says it all. */
function isToldOpenly(status: TestStatus, run: CellRun | undefined): boolean {
  return status === 'passed' || (run?.status !== 'ok' && run?.status !== 'error');
}

/** The number that a test cell's run ended with; undefined where its value is none. */
export function numberOf(run: CellRun): number | undefined {
  const result = run.outputs.find(({ output_type }) => output_type === 'execute_result');
  const data = result?.data as Readonly<Record<string, string | readonly string[]>> | undefined;
  const plain = textOf(data?.['text/plain'] ?? '').trim();
  return plain !== '' && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
}

/** What tests of the library noted in the outputs of a cell. */
export function outcomesOf(run: CellRun | undefined): readonly unknown[] {
  return (run?.outputs ?? []).flatMap(({ data }) => {
    const outcome = (data as Readonly<Record<string, unknown>> | undefined)?.[OUTCOME_TYPE];
    return outcome === undefined ? [] : [outcome];
  });
}

/** The named parts of a test, by the outcomes that were shown; undefined where these are not of one test. */
export function partsOf(outcomes: readonly unknown[]): readonly Part[] | undefined {
  const found = outcomes.map(partsIn).filter((parts) => parts !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

function partsIn(outcome: unknown): readonly Part[] | undefined {
  const isOne = typeof outcome === 'object' && outcome !== null && 'parts' in outcome;
  if (!isOne) return undefined;
  try {
    return parts(outcome, 'outcome').parts;
  } catch {
    // A student can show anything under this type: then the cell's value counts.
    return undefined;
  }
}

function scoreOf({ points }: TestCell, run: CellRun): number {
  const value = numberOf(run);
  return value === undefined ? points : Math.min(points, Math.max(0, value));
}

function statusOf(run: CellRun | undefined, isFull: boolean): TestStatus {
  switch (run?.status) {
    case 'ok':
      return isFull ? 'passed' : 'failed';
    case 'error':
      return errorOf(run)?.ename === 'ExpectationError' ? 'failed' : 'error';
    case 'timeout':
      return 'timeout';
    case 'died':
      return 'error';
    default:
      return 'not-run';
  }
}

interface CellErrorOutput {
  readonly ename: string;
  readonly evalue: string;
}

function errorOf(run: CellRun): CellErrorOutput | undefined {
  const found = run.outputs.find(({ output_type }) => output_type === 'error');
  return found && { ename: String(found.ename), evalue: String(found.evalue) };
}

/** What a student is told: the words of the test, or those of the error and what kind it is. */
function messageOf(run: CellRun | undefined, score: number, points: number): string {
  if (run?.limit) return `was not run to its end: there were ${run.text}`;
  if (!run || run.status === 'not-run') return 'was not run: the kernel had ended before';
  if (run.status === 'ok') return `${score} of ${points} points`;
  if (run.status === 'timeout') return pastTimeLimit(run.text);
  if (run.status === 'died') return `the kernel died (${run.text.split('\n')[0]})`;
  const error = errorOf(run);
  if (!error) return run.text;
  const isPlain = error.ename === 'Error' || error.ename === 'ExpectationError';
  return isPlain ? error.evalue : `${error.ename}: ${error.evalue}`;
}

function hiddenMessage({ hidden }: TestCell): string {
  const notes = hidden.map(({ note }) => note).filter(Boolean);
  return `a hidden test fails${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}

/** Whether it was a line that students see that failed; where there is no telling, it was not. */
function failsVisibly(test: TestCell, run: CellRun | undefined): boolean {
  if (test.hidden.length === 0) return true;
  const [, line] =
    /^cell \d+, line (\d+)$/m.exec(run?.text ?? '') ?? /^(\d+):\d+ - /m.exec(run?.text ?? '') ?? [];
  if (line === undefined || run?.status !== 'error') return false;
  const at = Number(line) - 1;
  return !test.hidden.some(({ begin, end }) => begin <= at && at <= end);
}
