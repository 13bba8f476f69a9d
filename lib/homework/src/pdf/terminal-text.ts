const ESCAPE = '\u{1b}';
const BELL = '\u{7}';
const COLOURS = `${ESCAPE}\\[[0-9;?]*[A-Za-z]`;
/** Titles and links, which a terminal takes for itself. */
const SYSTEM_COMMAND = new RegExp(
  `${ESCAPE}\\][^${BELL}${ESCAPE}\n]*(?:${BELL}|${ESCAPE}\\\\)`,
  'g',
);
const OTHER_COMMAND = new RegExp(`${ESCAPE}(?!\\[)[ -/]*[0-~]?`, 'g');
/** A character with the colours that are set before it; and those that are set at the end. */
const CHARACTER = new RegExp(`(?:${COLOURS})*[^${ESCAPE}]|(?:${COLOURS})+$`, 'gu');
const ERASES_LINE = new RegExp(`${ESCAPE}\\[[02]?K`);

/**
 * What a terminal shows at the end, as Jupyter does: a backspace takes a character away, and what is
 * after a carriage return stands over what was before it, such as the next step of a progress bar.
 */
export function terminalText(text: string): string {
  const lines = text
    .replaceAll(SYSTEM_COMMAND, '')
    .replaceAll(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => withBackspaces(line).split('\r').reduce(writtenOver));
  return withoutCommands(lines.join('\n'));
}

/** Text without the characters that only command a terminal, but for its colours. */
export function withoutCommands(text: string): string {
  const kept = ['\t', '\n', ESCAPE];
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(OTHER_COMMAND, '')
    .replaceAll(/\p{Cc}/gu, (command) => (kept.includes(command) ? command : ''));
}

function withBackspaces(line: string): string {
  const characters: string[] = [];
  for (const character of line) {
    if (character === '\b') characters.pop();
    else characters.push(character);
  }
  return characters.join('');
}

function writtenOver(before: string, after: string): string {
  if (ERASES_LINE.test(after)) return after;
  const { length } = [...after.replaceAll(new RegExp(COLOURS, 'g'), '')];
  const rest = before.match(CHARACTER)?.slice(length).join('') ?? '';
  return after + rest;
}
