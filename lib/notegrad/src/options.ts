import { described } from './described';
import { NotegradError } from './errors';

/** What others call an option, and 0.1 did: what it is called here. */
const NAMES: Readonly<Record<string, string>> = {
  hidden: 'hiddenSizes',
  embeddingDim: 'latentDim',
  imageShape: 'inputShape',
  imgSize: 'inputShape',
  learningRate: 'lr',
  epsilon: 'eps',
  epochs: 'numEpochs',
  outputs: 'numClasses',
  units: 'hiddenSizes',
};

/**
 * The options themselves, where they are any: what is no object would be read as one without a single
 * option, and every default hold; and null, which only JavaScript lets through, computes as 0.
 *
 * @param of the function, as its caller writes it
 * @param nullable an option of which null says something
 * @throws NotegradError that names what was given
 */
export function optionsOf<Options extends object>(
  of: string,
  options: Options,
  nullable?: keyof Options,
): Options {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new NotegradError(
      `the options of ${of} are ${described(options)}: expected an object, as { name: value }`,
    );
  }
  const empty = Object.entries(options).find(
    ([name, value]) => value === null && name !== nullable,
  );
  if (empty === undefined) return options;
  throw new NotegradError(`the option ${empty[0]} of ${of} is null: leave it out for its default`);
}

/**
 * Types refuse a wrong option where it is written, but not in an object that has a name, in JavaScript, or
 * behind a cast; left alone it would do nothing, and its default hold.
 *
 * @param of the function, as its caller writes it
 * @param unknown what is left of its options
 * @throws NotegradError that names them
 */
export function refuseUnknown(of: string, unknown: object): void {
  const names = Object.keys(unknown);
  if (names.length === 0) return;
  const listed = names.map((name) =>
    Object.hasOwn(NAMES, name) ? `${name} (is it ${NAMES[name]}?)` : name,
  );
  throw new NotegradError(
    `unknown ${names.length === 1 ? 'option' : 'options'} of ${of}: ${listed.join(', ')}`,
  );
}

/**
 * As `refuseUnknown`, for options that are handed on as a whole.
 *
 * @param known a key each, so that the type says when one is missing here
 * @throws NotegradError that names those that are not known
 */
export function refuseOthers<Name extends string>(
  of: string,
  options: object,
  known: Readonly<Record<Name, true>>,
): void {
  const others = Object.entries(options).filter(([name]) => !Object.hasOwn(known, name));
  refuseUnknown(of, Object.fromEntries(others));
}
