import ts from 'typescript';
import { globalName, isReserved } from './cell-names';

/** Whether a symbol is what a cell declares, at its top level, under this name. */
export type IsCellName = (symbol: ts.Symbol | undefined, name: string) => boolean;

/** Gives the names that the global object has to itself another one, wherever they mean a cell's. */
export function renameReserved(
  checker: ts.TypeChecker,
  isCellName: IsCellName,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (source) => {
    const { factory } = context;
    const isOurs = (id: ts.Identifier) =>
      isReserved(id.text) && isCellName(checker.getSymbolAtLocation(id), id.text);
    const renamed = (id: ts.Identifier) =>
      ts.setOriginalNode(ts.setTextRange(factory.createIdentifier(globalName(id.text)), id), id);
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isShorthandPropertyAssignment(node)) {
        const { name } = node;
        const symbol = isReserved(name.text) && checker.getShorthandAssignmentValueSymbol(node);
        if (symbol && isCellName(symbol, name.text)) {
          const value = node.objectAssignmentInitializer
            ? factory.createAssignment(
                renamed(node.name),
                ts.visitNode(node.objectAssignmentInitializer, visit, ts.isExpression)!,
              )
            : renamed(node.name);
          return factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value);
        }
      } else if (
        ts.isBindingElement(node) &&
        ts.isObjectBindingPattern(node.parent) &&
        !node.propertyName &&
        !node.dotDotDotToken &&
        ts.isIdentifier(node.name) &&
        isOurs(node.name)
      ) {
        return factory.createBindingElement(
          undefined,
          factory.createIdentifier(node.name.text),
          renamed(node.name),
          node.initializer && ts.visitNode(node.initializer, visit, ts.isExpression),
        );
      } else if (ts.isImportDeclaration(node)) {
        return node;
      } else if (ts.isIdentifier(node) && isOurs(node)) {
        return renamed(node);
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(source, visit, context);
  };
}
