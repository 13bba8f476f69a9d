/** A place in code; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

interface Segment {
  /** Columns and lines that count from 0. */
  readonly column: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

/** Where compiled code comes from, by the `mappings` of a source map (version 3). */
export class SourceMap {
  private lines: readonly (readonly Segment[])[] | undefined;

  constructor(private readonly mappings: string) {}

  /** The place in the source; undefined where the code has none. */
  original({ line, column }: Position): Position | undefined {
    this.lines ??= decode(this.mappings);
    const segments = this.lines[line - 1] ?? [];
    const before = segments.findLast((one) => one.column <= column - 1) ?? segments[0];
    return before && { line: before.sourceLine + 1, column: before.sourceColumn + 1 };
  }
}

function decode(mappings: string): readonly (readonly Segment[])[] {
  let sourceLine = 0;
  let sourceColumn = 0;
  return mappings.split(';').map((line) => {
    let column = 0;
    const segments: Segment[] = [];
    for (const text of line.split(',')) {
      const numbers = decodeNumbers(text);
      if (numbers.length === 0) continue;
      column += numbers[0];
      if (numbers.length < 4) continue;
      sourceLine += numbers[2];
      sourceColumn += numbers[3];
      segments.push({ column, sourceLine, sourceColumn });
    }
    return segments;
  });
}

/** Base-64 digits of five bits, least first; the sixth bit says that more follow, the first the sign. */
function decodeNumbers(text: string): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const letter of text) {
    const digit = DIGITS.indexOf(letter);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
