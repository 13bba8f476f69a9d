export type RegionKind = 'solution' | 'hidden tests' | 'mark scheme';

/** Lines between two marks, such as `// BEGIN SOLUTION` and `// END SOLUTION`. */
export interface Region {
  readonly kind: RegionKind;
  /** The line of the first mark and that of the second, counted from 0. */
  readonly begin: number;
  readonly end: number;
  /** What stands after the first mark: of hidden tests, how students may be told of them. */
  readonly note: string;
  /** What stands between the marks. */
  readonly lines: readonly string[];
}

const KINDS: readonly RegionKind[] = ['solution', 'hidden tests', 'mark scheme'];
/** A line that nbgrader takes for a mark: it looks for these words anywhere. */
const MARK = /(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)/;
/** What begins a line that holds nothing but a mark. */
const ALONE = /^\s*(?:\/\/+|#+|\/\*+|\*+|<!--|=+)?[\s#=]*$/;
/** What its author took for a mark, and what would be shown to students. */
const MISSPELT =
  /^\W*(?:begin|end)[ _-]+(?:solutions?|hidden[ _-]*tests?|mark(?:ing)?[ _-]+schemes?)\b/i;

/** The regions of a cell, in order, and what is wrong with its marks. */
export function regionsOf(source: string): {
  readonly regions: readonly Region[];
  readonly flaws: readonly string[];
} {
  const regions: Region[] = [];
  const flaws: string[] = [];
  const lines = source.split('\n');
  let open:
    | { readonly kind: RegionKind; readonly begin: number; readonly note: string }
    | undefined;
  for (const [index, line] of lines.entries()) {
    const found = MARK.exec(line);
    const shown = `line ${index + 1} (${line.trim()})`;
    if (!found) {
      if (MISSPELT.test(line)) flaws.push(`${shown}: unknown mark (known: ${known().join(', ')})`);
      continue;
    }
    const [mark, edge, name] = found;
    const kind = KINDS.find((one) => one.toUpperCase() === name)!;
    const rest = line.slice(found.index + mark.length);
    if (!ALONE.test(line.slice(0, found.index)) || MARK.test(rest)) {
      flaws.push(`${shown}: a mark stands in a comment, on a line of its own`);
    }
    if (edge === 'BEGIN') {
      if (open) flaws.push(`${shown}: stands inside of what line ${open.begin + 1} began`);
      else open = { kind, begin: index, note: noteOf(rest) };
    } else if (open?.kind === kind) {
      regions.push({ ...open, end: index, lines: lines.slice(open.begin + 1, index) });
      open = undefined;
    } else {
      flaws.push(`${shown}: nothing that it ends was begun`);
    }
  }
  if (open) flaws.push(`line ${open.begin + 1}: BEGIN ${open.kind.toUpperCase()} is never ended`);
  return { regions, flaws };
}

/** The source without these regions and their marks; `instead` may put lines in the place of each. */
export function withoutRegions(
  source: string,
  regions: readonly Region[],
  instead: (region: Region) => readonly string[] = () => [],
): string {
  const lines = source.split('\n');
  for (const region of [...regions].reverse()) {
    lines.splice(region.begin, region.end - region.begin + 1, ...instead(region));
  }
  return lines.join('\n');
}

function noteOf(rest: string): string {
  return rest.replace(/^[\s:=#–-]+|(?:[\s=#]|\*\/|-->)+$/g, '');
}

function known(): readonly string[] {
  return KINDS.flatMap((kind) => ['BEGIN', 'END'].map((edge) => `${edge} ${kind.toUpperCase()}`));
}
