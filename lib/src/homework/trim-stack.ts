const BELOW_THE_CELL =
  /^\s*at .*(?:node:internal|node:vm|[/\\]node_modules[/\\]|sigintHandlersWrap|evalmachine\.<anonymous>:\d+:3\)?$)/;

/**
 * The text of an error as its author wants it: without the frames of the kernel, of Node and of
 * packages below the cell, and with `the cell` for the name that Node gives to evaluated code.
 * The line numbers are those of the compiled JavaScript and are left out.
 */
export function trimStack(text: string): string {
  return text
    .split('\n')
    .filter((line) => !BELOW_THE_CELL.test(line))
    .map((line) => line.replace(/evalmachine\.<anonymous>(?::\d+)*/, 'the cell'))
    .join('\n')
    .trim();
}
