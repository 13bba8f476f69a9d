import { printableLine } from './printable';

/** Rows as aligned text below a header; columns of numbers stand to the right. */
export function formatTable(
  header: readonly string[],
  texts: readonly (readonly string[])[],
): string {
  const rows = texts.map((row) => row.map(printableLine));
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column].length)),
  );
  const numeric = header.map((_, column) => rows.every((row) => /^[\d.,–-]*$/.test(row[column])));
  const format = (row: readonly string[]) =>
    row
      .map((text, column) =>
        numeric[column] ? text.padStart(widths[column]) : text.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [format(header), rule, ...rows.map(format)].join('\n');
}
