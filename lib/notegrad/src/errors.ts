/** What is wrong with a data file or a request for data, said for people: one line, no stack. */
export class DataError extends Error {
  override readonly name: string = 'DataError';
}

/** `12,345,678`, as counts and sizes are written in messages. */
export function counted(n: number): string {
  return n.toLocaleString('en-US');
}
