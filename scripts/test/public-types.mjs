// @ts-check
// Whether the library's declarations read under the TypeScript inside the notebook's kernel, which
// is older than ours and turns what it does not understand silently into `any`.
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

const require = createRequire(import.meta.url);
/** @type {typeof import('typescript')} */
const ts = require('@tslab/typescript-for-tslab');

/**
 * Complaints about the declarations that `entry` exports, one a line; none is what we want.
 *
 * @param {string} entry a .d.ts file
 * @returns {string[]}
 */
export function complaintsAbout(entry) {
  const folder = dirname(entry) + sep;
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.NodeJs,
    lib: ['lib.es2020.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    typeRoots: [join(require.resolve('@types/node/package.json'), '..', '..')],
    strict: true,
    esModuleInterop: true,
    noEmit: true,
  });
  const ours = program.getSourceFiles().filter((file) => file.fileName.startsWith(folder));
  const checker = program.getTypeChecker();
  return ours.flatMap((file) => [
    ...[...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      (found) => `${file.fileName}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`,
    ),
    ...decayedIn(file, checker),
  ]);
}

/**
 * Every type written in the file that turned out to be `any`.
 *
 * @param {import('typescript').SourceFile} file
 * @param {import('typescript').TypeChecker} checker
 */
function decayedIn(file, checker) {
  /** @type {string[]} */
  const found = [];
  const visit = (/** @type {import('typescript').Node} */ node) => {
    if (ts.isTypeNode(node) && checker.getTypeFromTypeNode(node).flags & ts.TypeFlags.Any) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file.fileName}:${line + 1}: ${node.getText()} is any`);
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(file);
  return found;
}

if (process.argv[1]?.endsWith('public-types.mjs')) {
  const complaints = complaintsAbout(process.argv[2]);
  console.log(complaints.join('\n'));
  process.exitCode = complaints.length > 0 ? 1 : 0;
}
