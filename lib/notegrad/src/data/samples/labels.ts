import { checkLists, checkTexts } from '../../checks';
import { DataError } from '../../errors';

/** One class id a sample: bytes for up to 256 classes. */
export type Labels = Uint8Array | Uint16Array;

const MOST_CLASSES = 2 ** 16;

/** Class ids in the narrowest array that holds the ids of so many classes. */
export function labelArray(ids: ArrayLike<number>, numClasses: number): Labels {
  if (numClasses > MOST_CLASSES) throw tooManyClasses(numClasses);
  return numClasses <= 256 ? Uint8Array.from(ids) : Uint16Array.from(ids);
}

function tooManyClasses(numClasses: number): DataError {
  return new DataError(`too many classes: ${numClasses} (at most ${MOST_CLASSES})`);
}

/** Throws a `DataError` unless every class id of a set has a name. */
export function checkLabels(set: {
  readonly name: string;
  readonly labels: Labels;
  readonly classNames: readonly string[];
}): void {
  const { name, labels, classNames } = set;
  const wrong = labels.findIndex((id) => id >= classNames.length);
  if (wrong < 0) return;
  throw new DataError(
    `${name}: expected class ids 0 … ${classNames.length - 1}, found ${labels[wrong]} for sample ${wrong}`,
  );
}

/** The class names of a set whose samples have no label: each has the class id 0. */
export const UNLABELLED: readonly string[] = ['unlabelled'];

/** @throws DataError for names that are none, or one that two classes have */
export function checkClassNames(classNames: readonly string[]): void {
  checkLists({ classNames }, DataError);
  const seen = new Set<string>();
  for (const className of classNames) {
    checkTexts({ className }, DataError);
    if (seen.has(className)) {
      throw new DataError(`invalid classNames: two classes are named ${JSON.stringify(className)}`);
    }
    seen.add(className);
  }
}

/** Which classes a file's labels may mean. */
export interface NumberedClasses {
  /** By class id. Default: the labels themselves, from `firstLabel` to the largest in the file. */
  readonly classNames?: readonly string[];
  /**
   * The label of class id 0: 1 for EMNIST's letters. Default 0; but where the smallest label is 1 it
   * must be stated, as nobody can tell whether class 0 is only missing.
   */
  readonly firstLabel?: number;
}

/**
 * Numbers of a file as class ids with their names.
 *
 * @param where says of which sample a label is: `for image 3`
 * @throws DataError for a label that is not of the classes
 */
export function numberedLabels(
  file: string,
  numbers: ArrayLike<number>,
  { classNames, firstLabel }: NumberedClasses,
  where: (index: number) => string,
): { readonly labels: Labels; readonly classNames: readonly string[] } {
  if (classNames !== undefined) checkClassNames(classNames);
  if (firstLabel !== undefined && !Number.isSafeInteger(firstLabel)) {
    throw new DataError(`invalid firstLabel: ${firstLabel} (expected a whole number)`);
  }
  const [smallest, largest] = extremes(numbers);
  if (firstLabel === undefined && smallest === 1) {
    throw new DataError(
      `${file}: expected labels from 0, found 1 … ${largest} ` +
        '(state firstLabel: 1 if class 0 has the label 1, or firstLabel: 0 if class 0 does not occur)',
    );
  }
  const first = firstLabel ?? 0;
  const last = classNames ? first + classNames.length - 1 : Math.max(first, largest);
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isInteger(numbers[i]) && numbers[i] >= first && numbers[i] <= last) continue;
    const expected = classNames ? `labels ${first} … ${last}` : `labels from ${first}`;
    throw new DataError(`${file}: expected ${expected}, found ${numbers[i]} ${where(i)}`);
  }
  if (last - first >= MOST_CLASSES) throw tooManyClasses(last - first + 1);
  const names = classNames ?? Array.from({ length: last - first + 1 }, (_, id) => `${first + id}`);
  const ids = Array.from(numbers, (label) => label - first);
  return { labels: labelArray(ids, names.length), classNames: names };
}

function extremes(numbers: ArrayLike<number>): readonly [smallest: number, largest: number] {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < numbers.length; i++) {
    smallest = Math.min(smallest, numbers[i]);
    largest = Math.max(largest, numbers[i]);
  }
  return [smallest, largest];
}
