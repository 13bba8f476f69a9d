/** Rows as CSV (RFC 4180), with line feeds. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

/** The rows of a CSV (RFC 4180), whichever ends its lines; a byte order mark is passed over. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const source = text.replace(/^\uFEFF/, '');
  while (field.lastIndex < source.length) {
    const at = field.lastIndex;
    const found = field.exec(source);
    if (!found) throw new Error(`no CSV: a quote is not closed or stands inside a field, at ${at}`);
    row.push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] === ',' && field.lastIndex < source.length) continue;
    if (found[3] === ',') row.push('');
    rows.push(row);
    row = [];
  }
  return rows;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
