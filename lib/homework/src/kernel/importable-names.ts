import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CellTypes } from './cell-types';

/** Packages that every notebook finds, whatever its folder has. */
const ALWAYS = ['notegrad', 'tslab'];

/**
 * What a notebook could import and has not: the exports of `notegrad`, of `tslab` and of the packages
 * that the folder's `package.json` names, and Node's modules by their own names.
 */
export class ImportableNames {
  private byPackage: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor(
    private readonly types: CellTypes,
    private readonly folder: string,
  ) {}

  /** Names that begin so. */
  startingWith(typed: string): readonly string[] {
    const names = [...this.exports().values()].flatMap((found) => [...found]);
    return [...new Set([...names, ...this.types.nodeModules()])]
      .filter((name) => name.startsWith(typed))
      .sort();
  }

  /** The line that imports a name; undefined where nothing exports it. */
  importOf(name: string): string | undefined {
    for (const [specifier, names] of this.exports()) {
      if (names.has(name)) return `import { ${name} } from '${specifier}';`;
    }
    return this.types.nodeModules().includes(name)
      ? `import ${name} from 'node:${name}';`
      : undefined;
  }

  /** Looked up once, when first asked for, as it takes a second. */
  private exports(): ReadonlyMap<string, ReadonlySet<string>> {
    this.byPackage ??= this.types.exportsOf([...new Set([...ALWAYS, ...this.dependencies()])]);
    return this.byPackage;
  }

  /** The packages of the nearest `package.json` above the notebook. */
  private dependencies(): readonly string[] {
    for (let at = this.folder; ; at = dirname(at)) {
      try {
        const { dependencies = {} } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
        return Object.keys(dependencies as object);
      } catch {
        // There is none here, or none that can be read: the next folder may have one.
      }
      if (dirname(at) === at) return [];
    }
  }
}
