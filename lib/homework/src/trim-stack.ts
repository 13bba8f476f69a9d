const NOT_THE_SCRIPT = /^\s*at .*(?:node:internal|[/\\]node_modules[/\\])/;

/** The text of a script's error as its author wants it: without the frames of Node and packages. */
export function trimStack(text: string): string {
  return text
    .split('\n')
    .filter((line) => !NOT_THE_SCRIPT.test(line))
    .join('\n')
    .trim();
}
