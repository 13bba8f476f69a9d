/** Whether this process is a tslab kernel: its protocol module is loaded by nothing else. */
export function inNotebook(): boolean {
  return tslabModule('jupyter.js') !== undefined;
}

/** A module of the tslab that runs this process, wherever it lies. */
export function tslabModule<Exports = unknown>(name: string): Exports | undefined {
  const path = new RegExp(`[\\\\/]tslab[\\\\/]dist[\\\\/]${name.replace('.', '\\.')}$`);
  const file = Object.keys(require.cache).find((file) => path.test(file));
  return file === undefined ? undefined : (require.cache[file]?.exports as Exports);
}
