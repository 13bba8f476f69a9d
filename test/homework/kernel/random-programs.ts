/** A program as its author would type it into a notebook: the cells, in order. */
export interface RandomProgram {
  readonly cells: readonly string[];
}

/** Stands where TypeScript wants a type; the reference is plain JavaScript. */
export const ANY = '⟦any⟧';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Kind =
  | ('let' | 'const' | 'var')
  | ('function' | 'async' | 'generator' | 'async generator' | 'tag')
  | ('class' | 'class of secrets')
  | ('iterator' | 'closures' | 'object');

/**
 * A random program of declarations, closures, destructuring, classes, accessors, generators, iterators,
 * templates, labels and async code, one statement a cell. It says what it sees through a function `log<id>`, and uses names that end
 * in `_<id>`, so that many programs can run side by side.
 */
export function randomProgram(id: number): RandomProgram {
  const random = randomNumbers(id);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)];
  const names = new Map<string, Kind>();
  const log = `log${id}`;
  let serial = 0;

  const fresh = () => `${pick(['a', 'b', 'count', 'model', 'lr', 'f', 'Net'])}${serial++}_${id}`;
  const ofKind = (...kinds: readonly Kind[]) =>
    [...names].filter(([, kind]) => kinds.includes(kind)).map(([name]) => name);
  /** A name for a declaration and its first value, which does not ask for the name itself. */
  const declare = (kind: Kind): { name: string; initial: string } => {
    const known = ofKind(kind);
    if (known.length > 0 && random() < 0.25)
      return { name: pick(known), initial: String(below(99)) };
    const declared = { name: fresh(), initial: value() };
    names.set(declared.name, kind);
    return declared;
  };
  const value = (depth = 0): string => {
    const variables = ofKind('let', 'const', 'var');
    const simple = [
      () => String(below(20)),
      () => JSON.stringify(pick(['x', 'loss', 'ä', ''])),
      () => pick(['true', 'null', 'undefined', '-0', '1.5']),
      ...(variables.length > 0 ? [() => pick(variables), () => pick(variables)] : []),
    ];
    if (depth > 2) return pick(simple)();
    return pick([
      ...simple,
      () => `[${value(depth + 1)}, ${value(depth + 1)}]`,
      () => `{ p: ${value(depth + 1)}, q: { r: ${value(depth + 1)} } }`,
      () => (variables.length > 0 ? `{ ${pick(variables)}, p: ${below(9)} }` : '{}'),
      () => `(same(${value(depth + 1)}) ?? ${value(depth + 1)})`,
      () => `(same(${value(depth + 1)}) ? ${value(depth + 1)} : ${value(depth + 1)})`,
      () => `\`\${String(${value(depth + 1)})}!\``,
      () => call(depth),
      () => `[...[${value(depth + 1)}], ${value(depth + 1)}]`,
      () => `typeof ${variables.length > 0 ? pick(variables) : '0'}`,
    ])();
  };
  /** A value that calls nothing: functions do not recurse. */
  const leaf = () => value(3);
  const number = () => `Number(show(${leaf()}).length)`;
  const call = (depth: number): string => {
    const functions = ofKind('function');
    const classes = ofKind('class');
    const generators = ofKind('generator');
    const calls = [
      ...(functions.length > 0
        ? [() => `attempt(() => ${pick(functions)}(${value(depth + 1)}))`]
        : []),
      ...(classes.length > 0
        ? [() => `attempt(() => new ${pick(classes)}(${value(depth + 1)}).get())`]
        : []),
      ...(classes.length > 0 ? [() => `${pick(classes)}.name.length`] : []),
      ...(functions.length > 0 ? [() => `${pick(functions)}.name.length`] : []),
      ...(generators.length > 0
        ? [() => `attempt(() => [...${pick(generators)}(${1 + below(3)})])`]
        : []),
    ];
    return calls.length > 0 ? pick(calls)() : String(below(5));
  };
  const pattern = (kind: Kind): string => {
    const [first, second, third] = [fresh(), fresh(), fresh()];
    const text = pick([
      `{ p: ${first}, q: { r: ${second} = ${below(9)} } = { r: 4 }, ...${third} }`,
      `{ p: ${first} = ${value(2)}, ['q']: ${second}, z: ${third} = () => ${below(9)} }`,
      `{ list: [${first}, , ${second} = 7, ...${third}] = [1, 2, 3, 4, 5] }`,
    ]);
    for (const name of [first, second, third]) names.set(name, kind);
    return text;
  };

  /** What is made in one cell and used in later ones, with what it holds. */
  const longLived = (): readonly (() => string)[] => [
    () => {
      const name = fresh();
      names.set(name, 'class of secrets');
      return `class ${name} {
  static #count = 0;
  static { ${name}.#count = ${below(5)}; ${log}(this === ${name}); }
  static get count() { return ${name}.#count; }
  static has(one${ANY}) { return #secret in one; }
  #secret${ANY} = ${leaf()};
  get secret()${ANY} { return this.#secret; }
  set secret(p${ANY}) { this.#secret = [p]; ${name}.#count++; }
  later = async (p${ANY})⟦promise⟧ => { await null; return [this.#secret, p, ${leaf()}]; };
  *each()${ANY} { yield* [this.secret, ${leaf()}]; }
}`;
    },
    () => {
      const classes = ofKind('class of secrets');
      if (classes.length === 0) return `${log}(2);`;
      const name = pick(classes);
      return `{ const one${ANY} = new ${name}(); one.secret = ${value(1)}; ${log}(one.secret, ${name}.has(one), ${name}.has({}), ${name}.count, [...one.each()], await one.later(${below(9)})); }`;
    },
    () => {
      const generators = ofKind('generator');
      if (generators.length === 0) return `${log}(3);`;
      const name = fresh();
      names.set(name, 'iterator');
      return `const ${name}${ANY} = ${pick(generators)}(${2 + below(4)});`;
    },
    () => {
      const iterators = ofKind('iterator');
      if (iterators.length === 0) return `${log}(4);`;
      const name = pick(iterators);
      return pick([
        `${log}(${name}.next(${value(1)}));`,
        `${log}(${name}.next(), ${name}.next(${value(2)}));`,
        `${log}(${name}.return(${value(2)}));`,
        `for (const one of ${name}) { ${log}(one); if (same(${leaf()})) break; }`,
        `{ const [first, ...rest]${ANY} = ${name}; ${log}(first, rest); }`,
      ]);
    },
    () => {
      const name = fresh();
      names.set(name, 'closures');
      const add = pick([
        `for (let i = 0; i < 3; i++) ${name}.push((d${ANY}) => [(i += d), ${leaf()}]);`,
        `for (const k in { p: 1, q: ${value(2)} }) ${name}.push((d${ANY}) => [k, d, ${leaf()}]);`,
        `for (const [i, { p = ${below(9)} }] of [{ p: ${value(2)} }, {}].entries()⟦as⟧) ${name}.push(() => [i, p]);`,
        `for (var each_${name} = 0; each_${name} < 2; each_${name}++) ${name}.push(() => each_${name});`,
      ]);
      return `const ${name}${ANY} = []; ${add}`;
    },
    () => {
      const closures = ofKind('closures');
      if (closures.length === 0) return `${log}(5);`;
      return `${log}(${pick(closures)}.map((f${ANY}) => f(${below(4)})));`;
    },
    () => {
      const name = fresh();
      names.set(name, 'async generator');
      return `async function* ${name}(n${ANY})${ANY} { try { for (let i = 0; i < n; i++) { yield [i, ${leaf()}]; await null; } } finally { ${log}('closed'); } }`;
    },
    () => {
      const generators = ofKind('async generator');
      if (generators.length === 0) return `${log}(6);`;
      return `for await (const [i, one = ${below(9)}] of ${pick(generators)}(${1 + below(3)})) { ${log}(i, one); if (same(${leaf()})) break; }`;
    },
    () => {
      const name = fresh();
      names.set(name, 'tag');
      return `const ${name}${ANY} = (strings${ANY}, ...values${ANY}) => { const isKnown = ${name}.last === strings; ${name}.last = strings; return [isKnown, strings.raw, values]; };`;
    },
    () => {
      const tags = ofKind('tag');
      if (tags.length === 0) return `${log}(7);`;
      const name = pick(tags);
      return `for (const i of [1, 2]) ${log}(${name}\`a\${i}\\n\${${leaf()}}\`);`;
    },
    () => {
      const name = fresh();
      names.set(name, 'var');
      return pick([
        `for (var ${name}${ANY} = 0; ${name} < 2; ${name}++) ${log}(${name});`,
        `for (var ${name} of [${value(1)}, ${value(1)}]⟦as⟧) ${log}(${name});`,
        `for (var ${name} in { p: ${value(2)} }) ${log}(${name});`,
        `{ { var ${name}${ANY} = ${value()}; } }`,
        `if (same(${leaf()})) { var ${name}${ANY} = ${value()}; } ${log}(${name});`,
        `try { throw ${value(1)}; } catch (error${ANY}) { var ${name}${ANY} = error; }`,
        `switch (same(${leaf()})) { case 1: var ${name}${ANY} = ${value(1)}; break; default: ${log}(${name}); }`,
        `label: { ${log}(${name}); var ${name}${ANY} = ${value(1)}; if (same(${leaf()})) break label; ${log}('on'); }`,
      ]);
    },
    () => {
      const name = fresh();
      const variables = ofKind('let');
      const x = variables.length > 0 ? pick(variables) : undefined;
      names.set(name, 'object');
      return `const ${name}${ANY} = {
  get v()${ANY} { return ${x ?? leaf()}; },
  set v(p${ANY}) { ${x ? `${x} = p;` : `${log}(p);`} },
  [\`k\${${below(3)}}\`]: ${leaf()},
  async m(p${ANY})⟦promise⟧ { return [await p, this.v]; },
  *g(...all${ANY})${ANY} { yield* all; },
  __proto__: { inherited: ${leaf()} },
};`;
    },
    () => {
      const objects = ofKind('object');
      if (objects.length === 0) return `${log}(8);`;
      const name = pick(objects);
      return `${name}.v = ${value(1)}; ${log}(${name}.v, ${name}, ${name}.inherited, await ${name}.m(${value(2)}), [...${name}.g(${leaf()}, 1)], ${name}?.none?.[0], delete ${name}.k0);`;
    },
    () =>
      `${log}({ p: await ${value(1)}, [await 'k']: [await ${value(2)}, ...(await [${leaf()}])] }, \`\${await ${below(9)}}\`);`,
  ];

  const statements: readonly (() => string)[] = [
    () => {
      const kind = pick(['let', 'const', 'var'] as const);
      const { name, initial } = declare(kind);
      return `${kind} ${name}${ANY} = ${initial};`;
    },
    () => {
      const source = `{ p: ${value()}, q: { r: ${value()}, s: 2 }, list: [${value()}, 1, undefined, 3, 4] }`;
      const kind = pick(['let', 'const'] as const);
      return `${kind} ${pattern(kind)}${ANY} = ${source};`;
    },
    () => {
      const variables = ofKind('let');
      if (variables.length < 2) return `${log}(0);`;
      const [x, y] = [pick(variables), pick(variables)];
      return pick([
        `({ p: ${x}, q: ${y} = ${value(1)} } = { p: ${value(1)} }⟦as⟧);`,
        `[${x}, ${y}] = [${y}, ${x}];`,
        `({ ${x} } = { ${x}: ${value(1)} });`,
        `[${x} = 5, ...${y}] = [undefined, ${value(1)}]⟦as⟧;`,
        `for (${x} of [${value(1)}, ${value(1)}]) ${log}(${x});`,
        `for ({ p: ${x} } of [{ p: ${value(1)} }]⟦as⟧) ${log}(${x});`,
      ]);
    },
    () => {
      const variables = ofKind('let');
      if (variables.length === 0) return `${log}(1);`;
      const x = pick(variables);
      return pick([
        `${x} = ${value()};`,
        `${x} ??= ${value(1)};`,
        `${x} = ${number()}; ${x}++; ${x} **= 2;`,
        `if (${x}) { ${x} = ${value(1)}; } else { let ${x}${ANY} = 1; ${log}(${x}); }`,
      ]);
    },
    () => {
      const variables = ofKind('let');
      const { name } = declare('function');
      const x = variables.length > 0 ? pick(variables) : '';
      return pick([
        `function ${name}(p${ANY}) { return [p, ${leaf()}]; }`,
        `function ${name}(p${ANY} = ${leaf()}, ...rest${ANY}) { ${x && `${x} = p;`} return arguments.length + rest.length; }`,
        `function ${name}({ p: inner = ${leaf()} }${ANY} = {}) { var ${x || 'own'}${ANY} = inner; return ${x || 'own'}; }`,
        `function ${name}(p${ANY}) { return [1, 2].map((k) => [k, p, ${leaf()}]); }`,
      ]);
    },
    () => {
      const classes = ofKind('class');
      const name = fresh();
      const parent = classes.length > 0 && random() < 0.5 ? pick(classes) : undefined;
      const variables = ofKind('let', 'const');
      names.set(name, 'class');
      return `class ${name}${parent ? ` extends ${parent}` : ''} {
  #secret${ANY} = ${leaf()};
  static made = 0;
  static { ${name}.made = ${below(5)}; }
  field${ANY} = ${variables.length > 0 ? pick(variables) : '3'};
  constructor(p${ANY}) { ${parent ? 'super(p);' : ''} this.#secret = p ?? [this.#secret, new.target.name.length]; ${name}.made++; }
  get()${ANY} { return [this.#secret, this.field, ${name}.made]; }
  get size() { return ${number()}; }
  *[Symbol.iterator]()${ANY} { yield this.size; }
}`;
    },
    () => {
      const { name } = declare('generator');
      return `function* ${name}(n${ANY})${ANY} { for (let i = 0; i < n; i++) { const got${ANY} = yield [i, ${leaf()}]; ${log}(got); } }`;
    },
    () => {
      const name = fresh();
      names.set(name, 'async');
      const variables = ofKind('let');
      const x = variables.length > 0 ? `${pick(variables)} = p;` : '';
      return `async function ${name}(p${ANY})⟦promise⟧ { await null; ${x} return [p, ${leaf()}]; }`;
    },
    () => {
      const functions = ofKind('async');
      if (functions.length === 0) return `${log}(await Promise.resolve(${value(1)}));`;
      return pick([
        `${log}(await ${pick(functions)}(${value(1)}));`,
        `for await (const one of [${pick(functions)}(${value(2)}), ${value(2)}]⟦as⟧) ${log}(one);`,
        `{ const [x, y]${ANY} = await Promise.all([${pick(functions)}(1), ${pick(functions)}(2)]); ${log}(x, y); }`,
      ]);
    },
    () =>
      pick([
        `for (const [i, x] of [${value(1)}, ${value(1)}].entries()) { ${log}(i, x); }`,
        `for (const { p, ...rest } of [{ p: ${value(1)}, s: ${value(1)} }]⟦as⟧) ${log}(p, rest);`,
        `for (let i = 0, fs${ANY} = []; i < 3; i++) { fs.push(() => i); if (i === 2) ${log}(fs.map((f${ANY}) => f())); }`,
        `outer: for (const x of [1, 2, 3]) { for (const y of [1, 2]) { if (y === x) continue outer; ${log}(x, y); } }`,
        `try { throw ${value(1)}; } catch (error${ANY}) { ${log}(error); } finally { ${log}('finally'); }`,
        `switch (same(${value(2)})) { case 1: { const x = 1; ${log}(x); break; } default: ${log}('other'); }`,
        `${log}(attempt(() => { const { p }${ANY} = same(null); return p; }));`,
        `${log}((({ p: x }${ANY}) => x)({ p: ${value(1)} }), this === undefined);`,
        `${log}([1, 2, 3].map((x) => [x, ${value(2)}]));`,
      ]),
    () => {
      const known = ofKind('let', 'const', 'var');
      return `${log}({ ${known.slice(0, 6).join(', ')} });`;
    },
    () => {
      const caller = fresh();
      const later = fresh();
      names.set(caller, 'function');
      names.set(later, 'const');
      return `function ${caller}(..._${ANY})${ANY} { return ${later}; }⟦cut⟧const ${later}${ANY} = ${below(50)};`;
    },
    () => `${log}(${call(0)});`,
    ...longLived(),
  ];
  const cells: string[] = [];
  const length = 8 + below(12);
  while (cells.length < length) cells.push(...pick(statements)().split('⟦cut⟧'));
  cells.push(`${log}([${ofKind('let', 'const', 'var').join(', ')}]);`);
  return { cells };
}

/** The program's code in TypeScript: everything that it declares is `any`. */
export function asTypeScript(code: string): string {
  return code
    .replaceAll(ANY, ': any')
    .replaceAll('⟦as⟧', ' as any')
    .replaceAll('⟦promise⟧', ': Promise<any>');
}

/** The same program in JavaScript. */
export function asJavaScript(code: string): string {
  return code.replaceAll(/⟦\w+⟧/g, '');
}
