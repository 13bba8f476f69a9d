import { inspect, types } from 'node:util';
import { WORDLESS } from '../wordless';
import { type Display, MAX_CHARACTERS } from './output';

type Shape = readonly number[];

interface TensorLike {
  readonly dtype: string;
  readonly shape: Shape;
  readonly isDisposed?: boolean;
  toString(verbose?: boolean): string;
}

interface ModelLike {
  summary(lineLength?: number, positions?: number[], print?: (line: string) => void): void;
}

interface ImageSetLike {
  readonly name: string;
  readonly source: string;
  readonly shape: Shape;
  readonly classNames: readonly string[];
  readonly labels: Uint8Array;
}

interface TableLike {
  readonly columns: readonly unknown[];
  readonly values: readonly unknown[];
  readonly index: readonly unknown[];
  readonly shape: Shape;
  toString(): string;
}

const TABLE_ROWS = 20;
/** By the convention of Jupyter kernels for JavaScript: a method that gives the forms of a value. */
const JUPYTER_DISPLAY: unique symbol = Symbol.for('Jupyter.display') as never;

/** The forms in which the value of a cell is shown; each value has at least `text/plain`. */
export async function displayOf(value: unknown): Promise<Display> {
  // A proxy would hear of all that it is asked here, which its author did not ask; `inspect` asks nothing.
  if (types.isProxy(value)) return { data: { 'text/plain': inspect(value) }, metadata: {} };
  const own = await ownDisplay(value);
  const data = own ?? { 'text/plain': textOf(value), ...htmlOf(value) };
  return withText({ data, metadata: {} });
}

/** With `text/plain` too, which is all that a front end shows of a notebook that it does not trust. */
export function withText(display: Display): Display {
  if ('text/plain' in display.data) return display;
  return { ...display, data: { ...display.data, 'text/plain': plainForm(display.data) } };
}

function plainForm(data: Display['data']): string {
  const markup = data['text/markdown'] ?? data['text/latex'];
  if (typeof markup === 'string') return markup;
  const html = data['text/html'] ?? data['image/svg+xml'];
  if (typeof html === 'string') return textIn(html);
  const json = data['application/json'];
  if (json !== undefined) return JSON.stringify(json);
  return Object.keys(data).some((type) => type.startsWith('image/')) ? WORDLESS : '';
}

/** What a reader sees of HTML: blocks and rows as lines, cells apart. */
function textIn(html: string): string {
  const text = html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/<\/t[dh]\s*>/gi, '  ')
    .replaceAll(/<(?:br|hr|\/(?:p|div|tr|li|h\d|pre|caption|title|text))\b[^>]*>/gi, '\n')
    .replaceAll(/<\/?[a-z][^>]*>/gi, '');
  const lines = text.split('\n').map((line) => line.trim());
  return unescaped(lines.filter(Boolean).join('\n'));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
};

function unescaped(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity]);
}

async function ownDisplay(value: unknown): Promise<Record<string, unknown> | undefined> {
  if (!isObject(value) || typeof value[JUPYTER_DISPLAY] !== 'function') return undefined;
  return (await value[JUPYTER_DISPLAY]()) as Record<string, unknown>;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return shortened(value);
  if (is(isTensor, value)) return tensorText(value);
  if (is(isModel, value)) return summary(value);
  if (is(isComposite, value)) {
    return Object.entries(value.parts)
      .map(([name, part]) => `${name}\n${summary(part)}`)
      .join('\n');
  }
  if (is(isImageSet, value)) return imageSetText(value);
  if (is(isTable, value)) return value.toString().trim();
  return inspect(value);
}

function shortened(text: string): string {
  const rest = text.length - MAX_CHARACTERS;
  return rest > 0
    ? `${text.slice(0, MAX_CHARACTERS)}… ${rest.toLocaleString('en')} more characters`
    : text;
}

function tensorText(tensor: TensorLike): string {
  const head = `Tensor ${tensor.dtype} [${tensor.shape.join(', ')}]`;
  if (tensor.isDisposed) return `${head} (disposed)`;
  return tensor.toString().replace(/^Tensor/, head);
}

function summary(model: ModelLike): string {
  const lines: string[] = [];
  model.summary(undefined, undefined, (line) => lines.push(line));
  return lines.join('\n');
}

function imageSetText({ name, source, shape, classNames, labels }: ImageSetLike): string {
  const [count, height, width, channels] = shape;
  const perClass = classNames.map(
    (className, id) => `${className} ${labels.reduce((sum, one) => sum + Number(one === id), 0)}`,
  );
  return [
    `${name}: ${count} images of ${height} × ${width} × ${channels} (${source})`,
    `classes: ${perClass.join(', ')}`,
  ].join('\n');
}

function htmlOf(value: unknown): { 'text/html'?: string } {
  if (!is(isTable, value)) return {};
  const isSeries = value.shape.length === 1 || !Array.isArray(value.values[0]);
  const rows = value.values
    .slice(0, TABLE_ROWS)
    .map((row) => (isSeries ? [row] : (row as unknown[])));
  const cell = (tag: string, content: unknown) => `<${tag}>${escaped(String(content))}</${tag}>`;
  const line = (cells: readonly string[]) => `<tr>${cells.join('')}</tr>`;
  const head = line(['', ...value.columns].map((name) => cell('th', name)));
  const body = rows.map((row, i) =>
    line([cell('th', value.index[i] ?? i), ...row.map((content) => cell('td', content))]),
  );
  const size = `<p>${value.shape.join(' × ')}</p>`;
  return {
    'text/html': `<table><thead>${head}</thead><tbody>${body.join('')}</tbody></table>${size}`,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What throws when it is asked for a property, as getters may, is not of the kind. */
function is<T>(kind: (value: unknown) => value is T, value: unknown): value is T {
  try {
    return kind(value);
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

function isTensor(value: unknown): value is TensorLike {
  return (
    isObject(value) &&
    typeof value.dtype === 'string' &&
    Array.isArray(value.shape) &&
    typeof value.dataSync === 'function'
  );
}

function isModel(value: unknown): value is ModelLike {
  return isObject(value) && typeof value.summary === 'function' && Array.isArray(value.layers);
}

function isComposite(
  value: unknown,
): value is { readonly parts: Readonly<Record<string, ModelLike>> } {
  return (
    isObject(value) &&
    isObject(value.parts) &&
    Object.values(value.parts).length > 0 &&
    Object.values(value.parts).every(isModel)
  );
}

function isImageSet(value: unknown): value is ImageSetLike {
  return (
    isObject(value) &&
    value.pixels instanceof Uint8Array &&
    value.labels instanceof Uint8Array &&
    Array.isArray(value.shape) &&
    Array.isArray(value.classNames)
  );
}

function isTable(value: unknown): value is TableLike {
  return (
    isObject(value) &&
    ['DataFrame', 'Series'].includes(
      (value.constructor as { name?: string } | undefined)?.name ?? '',
    ) &&
    Array.isArray(value.columns) &&
    Array.isArray(value.values)
  );
}
