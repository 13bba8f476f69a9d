/** `12,345,678`, as counts and sizes are written in messages. */
export function counted(n: number): string {
  return n.toLocaleString('en-US');
}
