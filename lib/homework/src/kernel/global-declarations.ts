import ts from 'typescript';
import { kernelName, writtenName } from './cell-names';

/** The one name that compiled code brings along; it leads to what the kernel does for a cell. */
export const HELPER: string = kernelName('notebook');

/** What a declaration makes of a name, by the parts of the helper. */
type Kind = 'variables' | 'constants';

/** The last step: declarations become assignments, and the value of the last statement is kept. */
export function withGlobals(
  context: ts.TransformationContext,
  source: ts.SourceFile,
  names: ReadonlySet<string>,
  hoisted: string[],
): ts.SourceFile {
  const { factory } = context;
  const helper = (name: string) =>
    factory.createPropertyAccessExpression(factory.createIdentifier(HELPER), name);
  const target = (name: string, kind: Kind) =>
    factory.createPropertyAccessExpression(helper(kind), factory.createIdentifier(name));
  const call = (name: string, ...args: ts.Expression[]) =>
    factory.createCallExpression(helper(name), undefined, args);
  const statementOf = (expression: ts.Expression, at: ts.Node) =>
    ts.setTextRange(factory.createExpressionStatement(expression), at);

  /** `{ f: () => {} }.f`: a function without a name gets the one that a declaration gives it. */
  const named = (name: string, value: ts.Expression): ts.Expression => {
    let inner = value;
    while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
    const isAnonymous =
      ts.isArrowFunction(inner) ||
      ((ts.isFunctionExpression(inner) || ts.isClassExpression(inner)) && !inner.name);
    if (!isAnonymous || name === '__proto__') return value;
    const property = factory.createIdentifier(writtenName(name));
    const holder = factory.createObjectLiteralExpression([
      factory.createPropertyAssignment(property, value),
    ]);
    return factory.createPropertyAccessExpression(
      factory.createParenthesizedExpression(holder),
      property,
    );
  };
  const assign = (name: ts.Identifier, value: ts.Expression, kind: Kind): ts.Expression =>
    ts.setTextRange(
      factory.createAssignment(target(name.text, kind), named(name.text, value)),
      name.parent ?? name,
    );

  /** A binding pattern as an assignment pattern: the same shape, with properties in its leaves. */
  const patternOf = (binding: ts.BindingName, kind: Kind): ts.Expression => {
    if (ts.isIdentifier(binding)) return ts.setTextRange(target(binding.text, kind), binding);
    if (ts.isArrayBindingPattern(binding)) {
      return factory.createArrayLiteralExpression(
        binding.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return factory.createOmittedExpression();
          const leaf = leafOf(element, kind);
          return element.dotDotDotToken ? factory.createSpreadElement(leaf) : leaf;
        }),
      );
    }
    return factory.createObjectLiteralExpression(
      binding.elements.map((element) => {
        if (element.dotDotDotToken) return factory.createSpreadAssignment(leafOf(element, kind));
        const property = element.propertyName ?? (element.name as ts.Identifier);
        const isName = property === element.name;
        const name = isName
          ? factory.createIdentifier(writtenName((property as ts.Identifier).text))
          : property;
        return factory.createPropertyAssignment(name, leafOf(element, kind));
      }),
    );
  };
  const leafOf = ({ name, initializer }: ts.BindingElement, kind: Kind): ts.Expression => {
    const leaf = patternOf(name, kind);
    if (!initializer) return leaf;
    const value = ts.isIdentifier(name) ? named(name.text, initializer) : initializer;
    return factory.createAssignment(leaf, value);
  };
  const initialise = (
    { name, initializer }: ts.VariableDeclaration,
    kind: Kind = 'variables',
  ): ts.Expression => {
    if (ts.isIdentifier(name)) return assign(name, initializer ?? factory.createVoidZero(), kind);
    return ts.setTextRange(factory.createAssignment(patternOf(name, kind), initializer!), name);
  };
  const isConst = (list: ts.VariableDeclarationList) => (list.flags & ts.NodeFlags.Const) !== 0;
  const isVar = (list: ts.VariableDeclarationList) => (list.flags & ts.NodeFlags.BlockScoped) === 0;
  const bindsOurs = (binding: ts.BindingName): boolean =>
    ts.isIdentifier(binding)
      ? names.has(binding.text)
      : binding.elements.some((one) => ts.isBindingElement(one) && bindsOurs(one.name));
  const hoist = (binding: ts.BindingName): void => {
    if (ts.isIdentifier(binding)) hoisted.push(binding.text);
    else for (const one of binding.elements) if (ts.isBindingElement(one)) hoist(one.name);
  };
  const startsAfresh = (statement: ts.Node) => {
    const original = ts.getOriginalNode(statement);
    return ts.isEnumDeclaration(original) || ts.isModuleDeclaration(original);
  };

  const declarations = (statement: ts.VariableStatement): ts.Statement[] =>
    statement.declarationList.declarations.flatMap((one) => {
      const list = statement.declarationList;
      if (!bindsOurs(one.name)) {
        return factory.createVariableStatement(
          undefined,
          factory.createVariableDeclarationList([one], list.flags),
        );
      }
      if (isVar(list)) {
        hoist(one.name);
        if (!one.initializer && !startsAfresh(statement)) return [];
      }
      return statementOf(initialise(one, isConst(list) ? 'constants' : 'variables'), one);
    });

  /** `var` below the top level: it belongs to the whole cell, unless a function stands between. */
  const visitVars = (node: ts.Node): ts.VisitResult<ts.Node> => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return node;
    if (ts.isVariableStatement(node) && isVar(node.declarationList)) return declarations(node);
    if (ts.isForStatement(node) && isOurVarList(node.initializer)) {
      const { initializer, condition, incrementor, statement } = node;
      for (const one of initializer.declarations) hoist(one.name);
      const parts = initializer.declarations
        .filter((one) => one.initializer)
        .map((one) => initialise(one));
      const first =
        parts.length > 0 ? parts.reduce((a, b) => factory.createComma(a, b)) : undefined;
      const body = ts.visitNode(statement, visitVars, ts.isStatement)!;
      return factory.updateForStatement(node, first, condition, incrementor, body);
    }
    if (
      (ts.isForOfStatement(node) || ts.isForInStatement(node)) &&
      isOurVarList(node.initializer)
    ) {
      const [one] = node.initializer.declarations;
      hoist(one.name);
      const body = ts.visitNode(node.statement, visitVars, ts.isStatement)!;
      return ts.isForOfStatement(node)
        ? factory.updateForOfStatement(
            node,
            node.awaitModifier,
            patternOf(one.name, 'variables'),
            node.expression,
            body,
          )
        : factory.updateForInStatement(
            node,
            patternOf(one.name, 'variables'),
            node.expression,
            body,
          );
    }
    return ts.visitEachChild(node, visitVars, context);
  };
  const isOurVarList = (node: ts.ForInitializer | undefined): node is ts.VariableDeclarationList =>
    node !== undefined &&
    ts.isVariableDeclarationList(node) &&
    isVar(node) &&
    node.declarations.some((one) => bindsOurs(one.name));

  const functions: ts.Statement[] = [];
  const top = (statement: ts.Statement, isLast: boolean): ts.Statement[] => {
    if (ts.isExportDeclaration(statement)) return [];
    if (ts.isFunctionDeclaration(statement) && statement.name && statement.body) {
      if (!names.has(statement.name.text)) return [statement];
      const { modifiers, asteriskToken, name, parameters, body } = statement;
      const rest = modifiers?.filter(ts.isModifier);
      const value = factory.createFunctionExpression(
        rest,
        asteriskToken,
        undefined,
        undefined,
        parameters,
        undefined,
        body,
      );
      functions.push(
        statementOf(assign(name, ts.setTextRange(value, statement), 'variables'), statement),
      );
      return [];
    }
    if (ts.isClassDeclaration(statement) && statement.name && names.has(statement.name.text)) {
      const { name, heritageClauses, members } = statement;
      const inner = factory.createIdentifier(writtenName(name.text));
      const value = factory.createClassExpression(
        undefined,
        inner,
        undefined,
        heritageClauses,
        members,
      );
      return [
        statementOf(
          factory.createAssignment(
            target(name.text, 'variables'),
            ts.setTextRange(value, statement),
          ),
          statement,
        ),
      ];
    }
    if (ts.isVariableStatement(statement)) return declarations(statement);
    if (isLast && ts.isExpressionStatement(statement) && !startsAfresh(statement)) {
      return [statementOf(call('result', statement.expression), statement)];
    }
    const whole = isLast && isOfUsing(statement) ? withResult(statement) : statement;
    return [ts.visitNode(whole, visitVars) as ts.Statement].flat();
  };

  /** What `using` at the top level is compiled to, around all statements of the cell. */
  const isOfUsing = (statement: ts.Statement): statement is ts.TryStatement =>
    ts.isTryStatement(statement) && ts.getOriginalNode(statement).pos < 0;

  const withResult = (statement: ts.TryStatement): ts.TryStatement => {
    const { tryBlock, catchClause, finallyBlock } = statement;
    const last = tryBlock.statements.at(-1);
    const written = last && ts.getOriginalNode(last);
    if (!last || !ts.isExpressionStatement(last) || !ts.isExpressionStatement(written!)) {
      return statement;
    }
    const shown = statementOf(call('result', last.expression), last);
    const statements = [...tryBlock.statements.slice(0, -1), shown];
    const block = factory.updateBlock(tryBlock, statements);
    return factory.updateTryStatement(statement, block, catchClause, finallyBlock);
  };

  const visitRest =
    (insideFunction: boolean) =>
    (node: ts.Node): ts.Node => {
      const isOwnThis = ts.isFunctionLike(node) ? !ts.isArrowFunction(node) : ts.isClassLike(node);
      const visited = ts.visitEachChild(node, visitRest(insideFunction || isOwnThis), context);
      if (!insideFunction && node.kind === ts.SyntaxKind.ThisKeyword) {
        return ts.setTextRange(factory.createVoidZero(), node);
      }
      if (ts.isAwaitExpression(visited)) {
        const resumed = ts.setTextRange(call('resumed', visited), node);
        // A comment behind them would take the parenthesis that closes a call.
        for (const one of [visited, resumed]) ts.setEmitFlags(one, ts.EmitFlags.NoTrailingComments);
        return resumed;
      }
      if (ts.isForOfStatement(visited) && visited.awaitModifier) {
        const { awaitModifier, initializer, expression, statement } = visited;
        const check = factory.createExpressionStatement(call('resumed'));
        const body = factory.createBlock([check, statement], true);
        return factory.updateForOfStatement(visited, awaitModifier, initializer, expression, body);
      }
      if (ts.isCallExpression(visited) && visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
        return ts.setTextRange(call('import', ...visited.arguments), node);
      }
      if (ts.isMetaProperty(visited) && visited.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return ts.setTextRange(helper('meta'), node);
      }
      return visited;
    };

  const own = source.statements.filter(
    (one) => !ts.isExportDeclaration(one) && !ts.isEmptyStatement(one),
  );
  // Functions and types stand where their author likes; they do nothing in their place.
  const last = own.findLast(
    (one) => !ts.isFunctionDeclaration(one) && !ts.isNotEmittedStatement(one),
  );
  const statements = own.flatMap((one) => top(one, one === last));
  const finished = factory.createNodeArray([...functions, ...statements]);
  return ts.visitEachChild(factory.updateSourceFile(source, finished), visitRest(false), context);
}
