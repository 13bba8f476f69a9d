import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from './packed';

/** The texts of a file of TypeScript: its strings, and the parts of its templates. */
function textsIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) texts.push(node.text);
    else if (ts.isTemplateMiddleOrTemplateTail(node)) texts.push(node.text);
    node.forEachChild(visit);
  };
  visit(source);
  return texts;
}

/** The scripts, the guides and the pages of this repository, which no package has. */
const OF_THE_CHECKOUT = /\bscripts\/|\bdocs\/|README|CONTRIBUTING|\bnpm run /;

test('no message of the packages sends its reader to what only this repository has', () => {
  const found = ['lib/notegrad/src', 'lib/homework/src'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        textsIn(join(ROOT, room, name))
          .filter((text) => OF_THE_CHECKOUT.test(text))
          .map((text) => `${name}: ${text}`),
      ),
  );
  assert.equal(found, []);
});

test.run();
