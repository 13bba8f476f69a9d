import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { Mistake } from './mistake';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Python's reader of JSON, through which notebooks run, gives up a little below 1000. */
const DEEPEST = 200;
/** Each takes a hundred bytes of memory, and two in a file. */
const MOST_CONTAINERS = 2_000_000;

const [QUOTE, BACKSLASH] = [...'"\\'].map((one) => one.charCodeAt(0));
const OPENING = new Set([...'[{'].map((one) => one.charCodeAt(0)));
const CLOSING = new Set([...']}'].map((one) => one.charCodeAt(0)));

/**
 * What is in a file that somebody else may have made. A link may show what lies in another's folder, a
 * pipe is waited for, and a device never ends: all of them are refused, also one that takes the file's
 * place meanwhile.
 *
 * @throws a Mistake, or the system's error where there is nothing
 */
export function untrustedBytes(path: string, largest: number): Buffer {
  const found = lstatSync(path);
  if (found.isDirectory()) throw new Mistake(`${path}: is a folder, not a notebook`);
  if (found.isSymbolicLink()) {
    throw new Mistake(`${path}: is a symbolic link: name the notebook it leads to`);
  }
  if (!found.isFile()) throw new Mistake(`${path}: is not a file`);
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const opened = fstatSync(descriptor);
    if (!opened.isFile()) throw new Mistake(`${path}: is not a file`);
    if (opened.size > largest) {
      throw new Mistake(`${path}: is larger than ${largest / 1e6} MB`);
    }
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Why JSON is not to be parsed: it is too deep, or would fill the memory. Undefined where it is neither. */
export function flawOfNesting(bytes: Uint8Array): string | undefined {
  let [depth, containers] = [0, 0];
  let isInText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isInText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (OPENING.has(byte)) {
      containers++;
      if (++depth > DEEPEST) return `is nested more than ${DEEPEST} levels deep`;
    } else if (CLOSING.has(byte)) depth--;
  }
  return containers > MOST_CONTAINERS
    ? `holds more than ${MOST_CONTAINERS.toLocaleString('en-US')} lists and objects`
    : undefined;
}
