import { InvalidArgumentError, Option } from 'commander';
import { reportsFolder } from '../project';

/** `--out DIR`, the same for every command that writes. */
export function outOption(): Option {
  return new Option('--out <dir>', 'folder for the results').default(reportsFolder);
}

/** `--paper a4|letter`. */
export function paperOption(): Option {
  return new Option('--paper <size>', 'size of the pages').choices(['a4', 'letter']).default('a4');
}

/** A number of seconds above zero. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It is a number of seconds above 0.');
  }
  return value;
}
