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
 * Types refuse a wrong option where it is written, but not in an object that has a name, in JavaScript, or
 * behind a cast; left alone it would do nothing, and its default hold.
 *
 * @param of the function, as its caller writes it
 * @param unknown what is left of its options
 * @param given the options as they were given, where something else than an object might be
 * @throws NotegradError that names them
 */
export function refuseUnknown(of: string, unknown: object, given: object = unknown): void {
  if (typeof given !== 'object') {
    throw new NotegradError(
      `the options of ${of} are ${given}: expected an object, as { name: value }`,
    );
  }
  const names = Object.keys(unknown);
  if (names.length === 0) return;
  const listed = names.map((name) =>
    Object.hasOwn(NAMES, name) ? `${name} (is it ${NAMES[name]}?)` : name,
  );
  throw new NotegradError(
    `unknown ${names.length === 1 ? 'option' : 'options'} of ${of}: ${listed.join(', ')}`,
  );
}
