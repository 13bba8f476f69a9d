import ts from 'typescript';

/** Whether a file awaits outside of its functions, so that it has to be run as an asynchronous one. */
export function awaits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isForOfStatement(node) && node.awaitModifier) return true;
  if (
    ts.isVariableDeclarationList(node) &&
    (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
  ) {
    return true;
  }
  return (
    ts.forEachChild(node, (child) => !belongsToFunction(child, node) && awaits(child)) ?? false
  );
}

/** What of a method is not computed with the class or the object that has it, as its name is. */
function belongsToFunction(node: ts.Node, parent: ts.Node): boolean {
  return ts.isFunctionLike(parent) && !ts.isComputedPropertyName(node) && !ts.isDecorator(node);
}
