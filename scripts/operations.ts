/**
 * Writes, from `lib/notegrad/addon/operations.json`, what native operations take, by name: for C++ and
 * for TypeScript. A type of the schema is that of one parameter, or, as `size[rank]`, of as many as
 * the parameter `rank` says; `size[]` are all that are left.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const ADDON = join(ROOT, 'lib/notegrad/addon');
const SOURCE = join(ADDON, 'operations.json');

type Params = Readonly<Record<string, string>>;

export interface Schema {
  /** What an element is called in TypeScript, and in C++. */
  readonly enums: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Parameters that several operations take. */
  readonly structs: Readonly<Record<string, Params>>;
  /** Operations that take the same, by a name for what they take. */
  readonly operations: Readonly<
    Record<string, { readonly names: readonly string[]; readonly params: Params }>
  >;
}

/** How `binding/params.h` reads a number, as what. */
const NUMBERS: Readonly<Record<string, readonly [reader: string, type: string]>> = {
  number: ['number', 'double'],
  integer: ['integer', 'int64_t'],
  size: ['size', 'int64_t'],
  positive: ['positive', 'int64_t'],
  intSize: ['intSize', 'int64_t'],
  length: ['length', 'int64_t'],
  flag: ['flag', 'bool'],
};
/** Numbers of elements of lists, which TypeScript takes from the lists. */
const COUNTS: Readonly<Record<string, string>> = { rank: 'rank', count: 'listLength' };
const LISTS: Readonly<Record<string, readonly [reader: string, type: string]>> = {
  size: ['shape', 'std::vector<int64_t>'],
  integer: ['integers', 'std::vector<int64_t>'],
  flag: ['flags', 'std::vector<bool>'],
};

export function readSchema(): Schema {
  return JSON.parse(readFileSync(SOURCE, 'utf8')) as Schema;
}

export function hashOf(schema: Schema): string {
  return createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 16);
}

/** The files that are made, with their texts. */
export function generated(schema: Schema): { readonly file: string; readonly text: string }[] {
  return [
    { file: join(ADDON, 'binding/enums.h'), text: enumsHeader(schema) },
    { file: join(ADDON, 'binding/operations.h'), text: operationsHeader(schema) },
    {
      file: join(ROOT, 'lib/notegrad/src/engine/native/backend/operations.ts'),
      text: typescript(schema),
    },
  ];
}

const MADE = 'Made from addon/operations.json by `npm run operations`.';

function lines(...parts: (string | readonly string[])[]): string {
  return `${parts.flat().join('\n')}\n`;
}

const listOf = (type: string): { of: string; count: string } | null => {
  const [, of, count] = /^(\w+)\[(\w*)\]$/.exec(type) ?? [];
  return of === undefined ? null : { of, count };
};

const isVariable = (params: Params) => Object.values(params).some((type) => listOf(type) !== null);

/** How many numbers a type of one length takes. */
function widthOf(type: string, { structs }: Schema): number {
  if (!(type in structs)) return 1;
  return Object.values(structs[type]).reduce(
    (sum, inner) => sum + widthOf(inner, { structs } as Schema),
    0,
  );
}

// C++

function enumsHeader({ enums }: Schema): string {
  const definitions = Object.entries(enums).flatMap(([name, elements]) => [
    `enum class ${name} { ${Object.values(elements).join(', ')} };`,
    `constexpr int64_t kMost${name} = ${Object.keys(elements).length - 1};`,
    '',
  ]);
  return lines(
    `// ${MADE}`,
    '// clang-format off',
    ['#pragma once', '', '#include <cstdint>', '', 'namespace notegrad {', ''],
    definitions,
    '}  // namespace notegrad',
  );
}

function operationsHeader(schema: Schema): string {
  const { structs, operations } = schema;
  return lines(
    `// ${MADE}`,
    '// clang-format off',
    ['#pragma once', '', '#include <vector>', '', '#include "binding/params.h"', ''],
    ['namespace notegrad {', ''],
    `constexpr const char* kSchema = "${hashOf(schema)}";`,
    '',
    Object.entries(structs).flatMap(([name, params]) => fixedStruct(name, params, schema, false)),
    Object.entries(operations).flatMap(([name, { names, params }]) => [
      `// ${names.join(', ')}`,
      ...(isVariable(params)
        ? variableStruct(name, params, schema)
        : fixedStruct(name, params, schema, true)),
    ]),
    '}  // namespace notegrad',
  );
}

function cppType(type: string, { enums, structs }: Schema): string {
  if (type in enums) return type;
  if (type in structs) return `${type}Params`;
  const list = listOf(type);
  const known = list ? LISTS[list.of] : NUMBERS[type];
  if (known === undefined) throw new Error(`unknown type in operations.json: ${type}`);
  return known[1];
}

function cppRead(type: string, place: string, schema: Schema): string {
  if (type in schema.enums) {
    return `static_cast<${type}>(params.code(${place}, kMost${type}))`;
  }
  if (type in schema.structs) return `params, ${place}`;
  return `params.${NUMBERS[type][0]}(${place})`;
}

/** A struct whose parameters are always as many. */
function fixedStruct(name: string, params: Params, schema: Schema, isWhole: boolean): string[] {
  let count = 0;
  const members: string[] = [];
  for (const [param, type] of Object.entries(params)) {
    members.push(`${param}(${cppRead(type, `first + ${count}`, schema)})`);
    count += widthOf(type, schema);
  }
  const whole = `  explicit ${name}Params(const Params& params) : ${name}Params(params.expecting(kCount), 0) {}`;
  return [
    `struct ${name}Params {`,
    `  static constexpr size_t kCount = ${count};`,
    ...(isWhole ? [whole] : []),
    `  ${name}Params(const Params& params, size_t first)`,
    `      : ${members.join(',\n        ')} {}`,
    '',
    ...Object.entries(params).map(([param, type]) => `  ${cppType(type, schema)} ${param};`),
    '};',
    '',
  ];
}

/** A struct some of whose parameters are lists. */
function variableStruct(name: string, params: Params, schema: Schema): string[] {
  const entries = Object.entries(params);
  const isFirst = (type: string) => !(type in COUNTS) && listOf(type) === null;
  const lists = entries.findIndex(([, type]) => !isFirst(type));
  let at = 0;
  const members = entries.slice(0, lists).map(([param, type]) => {
    const member = `${param}(${cppRead(type, String(at), schema)})`;
    at += widthOf(type, schema);
    return member;
  });
  const body = entries.slice(lists).flatMap(([param, type]) => {
    if (type in COUNTS) return [`const size_t ${param} = params.${COUNTS[type]}(at++);`];
    const list = listOf(type);
    if (list === null) return [`${param} = ${cppRead(type, 'at++', schema)};`];
    const length = list.count || 'params.count() - at';
    const read = `${param} = params.${LISTS[list.of][0]}(at, ${length});`;
    return [read, `at += ${param}.size();`];
  });
  return [
    `struct ${name}Params {`,
    `  explicit ${name}Params(const Params& params)${members.length > 0 ? ` : ${members.join(', ')}` : ''} {`,
    `    size_t at = ${at};`,
    ...body.map((line) => `    ${line}`),
    '    params.expectCount(at);',
    '  }',
    '',
    ...entries
      .filter(([, type]) => !(type in COUNTS))
      .map(([param, type]) => `  ${cppType(type, schema)} ${param};`),
    '};',
    '',
  ];
}

// TypeScript

function typescript(schema: Schema): string {
  const { enums, structs, operations } = schema;
  const groups = Object.entries(operations);
  return lines(
    '// biome-ignore-all format: it is made by a script',
    `// ${MADE}`,
    '',
    '/** The schema that the addon must have been built with. */',
    `export const SCHEMA = '${hashOf(schema)}';`,
    '',
    Object.entries(enums).flatMap(([name, elements]) => enumType(name, Object.keys(elements))),
    Object.entries(structs).flatMap(([name, params]) => paramsType(name, params, schema)),
    groups.flatMap(([name, { names, params }]) => [
      ...paramsType(name, params, schema),
      `export type ${name}Name = ${names.map((name) => `'${name}'`).join(' | ')};`,
      '',
    ]),
    '/** What each operation takes. */',
    'export interface OperationParams {',
    groups.flatMap(([name, { names }]) => names.map((op) => `  readonly ${op}: ${name}Params;`)),
    ['}', '', 'export type OperationName = keyof OperationParams;', ''],
    '/** Where parameters are written. */',
    ['export type Target = Float64Array | number[];', ''],
    '/** Parameters by name, and one after the other as the addon takes them. */',
    'export interface Codec<Params> {',
    '  /** Returns how many numbers they are. */',
    '  readonly write: (to: Target, params: Params) => number;',
    '  readonly read: (from: ArrayLike<number>) => Params;',
    ['}', ''],
    groups.flatMap(([name, { params }]) => codec(name, params, schema)),
    '/** By the names of operations. */',
    'export const operations: {',
    '  readonly [Name in OperationName]: Codec<OperationParams[Name]>;',
    '} = {',
    groups.flatMap(([name, { names }]) => names.map((op) => `  ${op}: codecOf${name},`)),
    ['};', ''],
    '/** The parameters as the addon takes them. */',
    'export function paramsOf<Name extends OperationName>(op: Name, params: OperationParams[Name]): number[] {',
    '  const numbers: number[] = [];',
    '  operations[op].write(numbers, params);',
    '  return numbers;',
    '}',
  );
}

const upperCase = (name: string) => name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();

function enumType(name: string, elements: readonly string[]): string[] {
  const constant = upperCase(name);
  return [
    `export type ${name} = ${elements.map((element) => `'${element}'`).join(' | ')};`,
    `export const ${constant}S: readonly ${name}[] = [${elements.map((element) => `'${element}'`).join(', ')}];`,
    `export const ${constant}: Readonly<Record<${name}, number>> = { ${elements
      .map((element, i) => `${element}: ${i}`)
      .join(', ')} };`,
    '',
  ];
}

function tsType(type: string, { enums, structs }: Schema): string {
  if (type in enums) return type;
  if (type in structs) return `${type}Params`;
  const list = listOf(type);
  if (list) return list.of === 'flag' ? 'readonly boolean[]' : 'readonly number[]';
  return type === 'flag' ? 'boolean' : 'number';
}

function paramsType(name: string, params: Params, schema: Schema): string[] {
  return [
    `export interface ${name}Params {`,
    ...Object.entries(params)
      .filter(([, type]) => !(type in COUNTS))
      .map(([param, type]) => `  readonly ${param}: ${tsType(type, schema)};`),
    '}',
    '',
  ];
}

function codec(name: string, params: Params, schema: Schema): string[] {
  const entries = Object.entries(params);
  const write: string[] = [];
  let at = 0;
  let isFixed = true;
  const place = () => (isFixed ? String(at++) : 'at++');
  const writeOne = (value: string, type: string): void => {
    if (type in schema.structs) {
      for (const [inner, innerType] of Object.entries(schema.structs[type])) {
        writeOne(`${value}.${inner}`, innerType);
      }
    } else write.push(`to[${place()}] = ${encoded(value, type, schema)};`);
  };
  for (const [param, type] of entries) {
    const list = listOf(type);
    if (type in COUNTS) {
      const [first] = entries.find(([, other]) => listOf(other)?.count === param)!;
      write.push(`to[${place()}] = params.${first}.length;`);
    } else if (list !== null) {
      if (isFixed) write.push(`let at = ${at};`);
      isFixed = false;
      const value = list.of === 'flag' ? 'Number(value)' : 'value';
      write.push(`for (const value of params.${param}) to[at++] = ${value};`);
    } else writeOne(`params.${param}`, type);
  }
  write.push(`return ${isFixed ? at : 'at'};`);
  return [
    `const codecOf${name}: Codec<${name}Params> = {`,
    '  write(to, params) {',
    ...write.map((line) => `    ${line}`),
    '  },',
    '  read(from) {',
    ...reading(entries, schema).map((line) => `    ${line}`),
    '  },',
    '};',
    '',
  ];
}

function encoded(value: string, type: string, { enums }: Schema): string {
  if (type in enums) return `${upperCase(type)}[${value}]`;
  return type === 'flag' ? `${value} ? 1 : 0` : value;
}

function reading(entries: readonly [string, string][], schema: Schema): string[] {
  let at = 0;
  const before: string[] = [];
  let offset = '';
  const readOne = (type: string): string => {
    if (type in schema.structs) {
      const inner = Object.entries(schema.structs[type]).map(
        ([name, t]) => `${name}: ${readOne(t)}`,
      );
      return `{ ${inner.join(', ')} }`;
    }
    const number = `from[${offset}${at++}]`;
    if (type in schema.enums) return `${upperCase(type)}S[${number}]`;
    return type === 'flag' ? `${number} === 1` : number;
  };
  const fields: string[] = [];
  for (const [param, type] of entries) {
    const list = listOf(type);
    if (type in COUNTS) before.push(`const ${param} = from[${offset}${at++}];`);
    else if (list === null) fields.push(`${param}: ${readOne(type)}`);
    else {
      const length = list.count || `from.length - ${offset}${at}`;
      const all = `Array.from({ length: ${length} }, (_, i) => from[${offset}${at} + i]${list.of === 'flag' ? ' === 1' : ''})`;
      fields.push(`${param}: ${all}`);
      offset += `${list.count} + `;
    }
  }
  return [...before, `return { ${fields.join(', ')} };`];
}

if (require.main === module) {
  for (const { file, text } of generated(readSchema())) writeFileSync(file, text);
}
