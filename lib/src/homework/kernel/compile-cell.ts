import ts from 'typescript';
import { globalName, isReserved, writtenName } from './cell-names';

/** What `import` asks for: names of the cell, and what each is called in the module. */
export interface CellImport {
  readonly specifier: string;
  readonly kind: 'import' | 'require';
  readonly names: readonly { readonly local: string; readonly imported: string }[];
}

export interface CompiledCell {
  readonly code: string;
  /** Source map of the code, in its VLQ form. */
  readonly mappings: string;
  readonly imports: readonly CellImport[];
  /** Variables that exist before their cell begins, as `var` has it. */
  readonly hoisted: readonly string[];
  readonly isAsync: boolean;
}

/** Whether a symbol is what a cell declares, at its top level, under this name. */
export type IsCellName = (symbol: ts.Symbol | undefined, name: string) => boolean;

/** The one name that compiled code brings along; it leads to what the kernel does for a cell. */
export const HELPER = '__notebook';

/**
 * Compiles a checked cell to JavaScript in which every declaration of its top level is an
 * assignment to a property of the global object. All other code stays as it was written, so names
 * are looked up by V8 as it looks up globals: live, by every function of every cell, at full speed.
 */
export function compileCell(
  program: ts.Program,
  file: ts.SourceFile,
  names: ReadonlySet<string>,
  isCellName: IsCellName,
): CompiledCell {
  const checker = program.getTypeChecker();
  const imports: CellImport[] = [];
  const hoisted: string[] = [];
  let code = '';
  let mappings = '';
  const write = (name: string, text: string) => {
    if (name.endsWith('.map')) mappings = JSON.parse(text).mappings;
    else code = text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '');
  };
  const globals = new Set([...names].map(globalName));
  program.emit(file, write, undefined, false, {
    before: [
      renameReserved(checker, isCellName),
      (context) => (source) => withoutModuleSyntax(context, source, checker, imports),
    ],
    after: [(context) => (source) => withGlobals(context, source, globals, hoisted)],
  });
  return { code, mappings, imports, hoisted, isAsync: awaitsAtTopLevel(file) };
}

function awaitsAtTopLevel(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier) return true;
    if (
      ts.isVariableDeclarationList(node) &&
      (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
    ) {
      return true;
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}

/** Gives the names that the global object has to itself another one, wherever they mean a cell's. */
function renameReserved(
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

/** Takes imports out, to be seen to before the cell begins, and the word `export` off. */
function withoutModuleSyntax(
  context: ts.TransformationContext,
  source: ts.SourceFile,
  checker: ts.TypeChecker,
  imports: CellImport[],
): ts.SourceFile {
  const { factory } = context;
  const isValue = (name: ts.Identifier) => {
    const original = ts.getOriginalNode(name) as ts.Identifier;
    const symbol = checker.getSymbolAtLocation(original);
    if (!symbol) return true;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return (target.flags & ts.SymbolFlags.Value) !== 0 || target.flags === 0 || isUnknown(target);
  };
  const isUnknown = (symbol: ts.Symbol) => symbol.escapedName === 'unknown' && !symbol.declarations;
  const textOf = (specifier: ts.Expression) => (specifier as ts.StringLiteral).text;
  const sideEffect = (specifier: ts.Expression) =>
    imports.push({ specifier: textOf(specifier), kind: 'import', names: [] });
  const visit = (node: ts.Statement): ts.Statement | undefined => {
    if (ts.isImportDeclaration(node)) {
      const found = importedNames(node, isValue);
      if (found)
        imports.push({ specifier: textOf(node.moduleSpecifier), kind: 'import', names: found });
      return undefined;
    }
    if (ts.isImportEqualsDeclaration(node)) {
      if (node.isTypeOnly) return undefined;
      const { moduleReference: reference, name } = node;
      if (ts.isExternalModuleReference(reference)) {
        const names = [{ local: globalName(name.text), imported: 'export=' }];
        imports.push({ specifier: textOf(reference.expression), kind: 'require', names });
        return undefined;
      }
      if (!isValue(name)) return undefined;
      const value = expressionOf(factory, reference);
      return factory.createVariableStatement(undefined, [
        factory.createVariableDeclaration(name, undefined, undefined, value),
      ]);
    }
    if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier && !node.isTypeOnly) sideEffect(node.moduleSpecifier);
      return undefined;
    }
    if (ts.isExportAssignment(node)) {
      return ts.setTextRange(factory.createExpressionStatement(node.expression), node);
    }
    return withoutExport(factory, node);
  };
  const statements = source.statements.flatMap((node) => visit(node) ?? []);
  return factory.updateSourceFile(
    source,
    ts.setTextRange(factory.createNodeArray(statements), source.statements),
  );
}

function expressionOf(factory: ts.NodeFactory, name: ts.EntityName): ts.Expression {
  if (ts.isIdentifier(name)) return name;
  return factory.createPropertyAccessExpression(expressionOf(factory, name.left), name.right);
}

/** The names that an import brings as values; none at all where it brings types alone. */
function importedNames(
  { importClause: clause }: ts.ImportDeclaration,
  isValue: (name: ts.Identifier) => boolean,
): CellImport['names'] | undefined {
  if (!clause) return [];
  if (clause.isTypeOnly) return undefined;
  const names: { local: string; imported: string }[] = [];
  const add = (local: ts.Identifier, imported: string) =>
    isValue(local) && names.push({ local: globalName(local.text), imported });
  if (clause.name) add(clause.name, 'default');
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name, '*');
  if (bindings && ts.isNamedImports(bindings)) {
    for (const { isTypeOnly, name, propertyName } of bindings.elements) {
      if (!isTypeOnly) add(name, (propertyName ?? name).text);
    }
  }
  return names.length > 0 ? names : undefined;
}

function withoutExport(factory: ts.NodeFactory, node: ts.Statement): ts.Statement {
  if (!ts.canHaveModifiers(node)) return node;
  const modifiers = ts.getModifiers(node) ?? [];
  const isExport = (one: ts.ModifierLike) =>
    one.kind === ts.SyntaxKind.ExportKeyword || one.kind === ts.SyntaxKind.DefaultKeyword;
  if (!modifiers.some(isExport)) return node;
  if (ts.isVariableStatement(node)) {
    const rest = modifiers.filter((one) => !isExport(one));
    return factory.updateVariableStatement(node, rest, node.declarationList);
  }
  if (ts.isFunctionDeclaration(node)) {
    const rest = modifiers.filter((one) => !isExport(one));
    const { asteriskToken: star, name, typeParameters, parameters, type, body } = node;
    if (!name && body) {
      const value = factory.createFunctionExpression(
        rest,
        star,
        name,
        typeParameters,
        parameters,
        type,
        body,
      );
      return factory.createExpressionStatement(factory.createParenthesizedExpression(value));
    }
    return factory.updateFunctionDeclaration(
      node,
      rest,
      star,
      name,
      typeParameters,
      parameters,
      type,
      body,
    );
  }
  if (ts.isClassDeclaration(node)) {
    const rest = (node.modifiers ?? []).filter((one) => !isExport(one));
    const { name, typeParameters, heritageClauses, members } = node;
    if (!name) {
      const value = factory.createClassExpression(
        rest,
        name,
        typeParameters,
        heritageClauses,
        members,
      );
      return factory.createExpressionStatement(factory.createParenthesizedExpression(value));
    }
    return factory.updateClassDeclaration(
      node,
      rest,
      name,
      typeParameters,
      heritageClauses,
      members,
    );
  }
  if (ts.isEnumDeclaration(node)) {
    const rest = modifiers.filter((one) => !isExport(one));
    return factory.updateEnumDeclaration(node, rest, node.name, node.members);
  }
  if (ts.isModuleDeclaration(node)) {
    const rest = modifiers.filter((one) => !isExport(one));
    return factory.updateModuleDeclaration(node, rest, node.name, node.body);
  }
  return node;
}

/** The last step: declarations become assignments, and the value of the last statement is kept. */
function withGlobals(
  context: ts.TransformationContext,
  source: ts.SourceFile,
  names: ReadonlySet<string>,
  hoisted: string[],
): ts.SourceFile {
  const { factory } = context;
  const helper = (name: string) =>
    factory.createPropertyAccessExpression(factory.createIdentifier(HELPER), name);
  const target = (name: string) =>
    factory.createPropertyAccessExpression(helper('scope'), factory.createIdentifier(name));
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
  const assign = (name: ts.Identifier, value: ts.Expression): ts.Expression =>
    ts.setTextRange(
      factory.createAssignment(target(name.text), named(name.text, value)),
      name.parent ?? name,
    );

  /** A binding pattern as an assignment pattern: the same shape, with properties in its leaves. */
  const patternOf = (binding: ts.BindingName): ts.Expression => {
    if (ts.isIdentifier(binding)) return ts.setTextRange(target(binding.text), binding);
    if (ts.isArrayBindingPattern(binding)) {
      return factory.createArrayLiteralExpression(
        binding.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return factory.createOmittedExpression();
          const leaf = leafOf(element);
          return element.dotDotDotToken ? factory.createSpreadElement(leaf) : leaf;
        }),
      );
    }
    return factory.createObjectLiteralExpression(
      binding.elements.map((element) => {
        if (element.dotDotDotToken) return factory.createSpreadAssignment(leafOf(element));
        const property = element.propertyName ?? (element.name as ts.Identifier);
        const isName = property === element.name;
        const name = isName
          ? factory.createIdentifier(writtenName((property as ts.Identifier).text))
          : property;
        return factory.createPropertyAssignment(name, leafOf(element));
      }),
    );
  };
  const leafOf = ({ name, initializer }: ts.BindingElement): ts.Expression => {
    const leaf = patternOf(name);
    if (!initializer) return leaf;
    const value = ts.isIdentifier(name) ? named(name.text, initializer) : initializer;
    return factory.createAssignment(leaf, value);
  };
  const initialise = ({ name, initializer }: ts.VariableDeclaration): ts.Expression => {
    if (ts.isIdentifier(name)) return assign(name, initializer ?? factory.createVoidZero());
    return ts.setTextRange(factory.createAssignment(patternOf(name), initializer!), name);
  };
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
      return statementOf(initialise(one), one);
    });

  /** `var` below the top level: it belongs to the whole cell, unless a function stands between. */
  const visitVars = (node: ts.Node): ts.VisitResult<ts.Node> => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return node;
    if (ts.isVariableStatement(node) && isVar(node.declarationList)) return declarations(node);
    if (ts.isForStatement(node) && isOurVarList(node.initializer)) {
      const { initializer, condition, incrementor, statement } = node;
      for (const one of initializer.declarations) hoist(one.name);
      const parts = initializer.declarations.filter((one) => one.initializer).map(initialise);
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
            patternOf(one.name),
            node.expression,
            body,
          )
        : factory.updateForInStatement(node, patternOf(one.name), node.expression, body);
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
      functions.push(statementOf(assign(name, ts.setTextRange(value, statement)), statement));
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
          factory.createAssignment(target(name.text), ts.setTextRange(value, statement)),
          statement,
        ),
      ];
    }
    if (ts.isVariableStatement(statement)) return declarations(statement);
    if (isLast && ts.isExpressionStatement(statement)) {
      return [statementOf(call('result', statement.expression), statement)];
    }
    return [ts.visitNode(statement, visitVars) as ts.Statement].flat();
  };

  const visitRest =
    (insideFunction: boolean) =>
    (node: ts.Node): ts.Node => {
      const isOwnThis = ts.isFunctionLike(node) ? !ts.isArrowFunction(node) : ts.isClassLike(node);
      const visited = ts.visitEachChild(node, visitRest(insideFunction || isOwnThis), context);
      if (!insideFunction && node.kind === ts.SyntaxKind.ThisKeyword) {
        return ts.setTextRange(factory.createVoidZero(), node);
      }
      if (ts.isAwaitExpression(visited)) return ts.setTextRange(call('resumed', visited), node);
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
  const statements = own.flatMap((one, index) => top(one, index === own.length - 1));
  const finished = factory.createNodeArray([...functions, ...statements]);
  return ts.visitEachChild(factory.updateSourceFile(source, finished), visitRest(false), context);
}
