import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { Mistake, reasonOf } from '../mistake';

type Attachments = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const LARGEST = 100e6;

/** Kinds of pictures by their first bytes. */
const KINDS: readonly { readonly type: string; readonly begins: RegExp }[] = [
  { type: 'image/png', begins: /^\x89PNG\r\n/ },
  { type: 'image/jpeg', begins: /^\xff\xd8\xff/ },
  { type: 'image/gif', begins: /^GIF8[79]a/ },
  { type: 'image/webp', begins: /^RIFF[\s\S]{4}WEBP/ },
  { type: 'image/avif', begins: /^[\s\S]{4}ftypavi[fs]/ },
  { type: 'image/bmp', begins: /^BM/ },
  { type: 'image/svg+xml', begins: /^(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml|!--|!DOCTYPE svg)/i },
];

export interface ImagePlace {
  /** The folder of the notebook. */
  readonly folder: string;
  readonly attachments?: Attachments;
}

/**
 * The picture that an image shows, as a `data:` address: one that it carries itself, an attachment
 * of its cell, or a file. Files are read in the notebook's own folder and, where that is part of a
 * repository, in the whole of it; a link that leads out is not followed.
 */
export async function readImage(source: string, place: ImagePlace): Promise<string> {
  if (/^data:image\//i.test(source)) return stillImage(source);
  if (/^\s*(?:#|$)/.test(source)) throw new Mistake('it has an <img> that names no picture');
  const name = decoded(source.replace(/^attachment:/i, ''));
  if (/^attachment:/i.test(source)) return attachment(name, source, place.attachments ?? {});
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(source)) {
    throw new Mistake(`it asks for ${source.slice(0, 200)}, and a PDF is made without the network`);
  }
  return fileImage(decoded(source.replace(/[?#].*$/, '')), place.folder);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function attachment(name: string, source: string, attachments: Attachments): Promise<string> {
  const written = source.replace(/^attachment:/i, '');
  const bundle = attachments[name] ?? attachments[written];
  const [type, data] = Object.entries(bundle ?? {}).find(([key]) => key.startsWith('image/')) ?? [];
  if (!type) throw new Mistake(`it shows the attachment ${name}, which the cell does not have`);
  return imageOf(type, data);
}

/** A picture as outputs and attachments keep it: text for SVG, else in base 64. */
export function imageOf(type: string, data: unknown): Promise<string> {
  const text = (Array.isArray(data) ? data.join('') : String(data)).trim();
  const isMarkup = type === 'image/svg+xml' && text.startsWith('<');
  const base64 = isMarkup
    ? Buffer.from(withNamespace(text)).toString('base64')
    : text.replaceAll(/\s/g, '');
  return stillImage(`data:${type};base64,${base64}`);
}

/** As Jupyter does, a drawing that does not say that it is SVG is taken for it. */
function withNamespace(svg: string): string {
  return /<svg\b[^>]*\sxmlns\s*=/.test(svg)
    ? svg
    : svg.replace(/<svg\b/, '<svg xmlns="http://www.w3.org/2000/svg"');
}

async function fileImage(name: string, folder: string): Promise<string> {
  const root = rootOf(folder);
  const path = resolve(folder, name);
  if (!existsSync(path)) throw new Mistake(`it shows ${name}, which is not in ${folder}`);
  const real = realpathSync(path);
  if (!`${real}${sep}`.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
    throw new Mistake(`it shows ${name}, which lies outside ${root}`);
  }
  const found = statSync(real);
  if (!found.isFile()) throw new Mistake(`it shows ${name}, which is not a file`);
  if (found.size > LARGEST) throw new Mistake(`it shows ${name}, which is larger than 100 MB`);
  const bytes = readFileSync(real);
  const start = bytes.subarray(0, 256).toString('latin1');
  const kind = KINDS.find(({ begins }) => begins.test(start));
  if (!kind) throw new Mistake(`it shows ${name}, which is no picture`);
  return stillImage(`data:${kind.type};base64,${bytes.toString('base64')}`);
}

/** The folder of the repository that a folder belongs to, or the folder itself. */
function rootOf(folder: string): string {
  const own = realpathSync(folder);
  for (let at = own; dirname(at) !== at; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
  }
  return own;
}

/** Of what moves, the first picture; of a drawing, that it needs nothing else. */
async function stillImage(source: string): Promise<string> {
  if (/^data:image\/svg/i.test(source)) {
    refuseWhatDrawingsFetch(textOfData(source));
    return source;
  }
  if (!/^data:image\/(?:gif|webp)/i.test(source)) return source;
  const { default: sharp } = await import('sharp');
  try {
    const png = await sharp(bytesOfData(source)).png().toBuffer();
    return `data:image/png;base64,${png.toString('base64')}`;
  } catch (error) {
    throw new Mistake(`a picture cannot be read: ${reasonOf(error)}`);
  }
}

function refuseWhatDrawingsFetch(svg: string): void {
  const reference = /(?:href|src)\s*=\s*["']\s*(?!#|data:image\/)([^"']+)/i;
  const asked = svg.replaceAll(/<a\b[^>]*>/gi, '').match(reference)?.[1] ?? urlInStyle(svg);
  if (asked)
    throw new Mistake(`its drawing asks for ${asked.slice(0, 200)}, and a PDF is made without`);
}

/** What a style would fetch. */
export function urlInStyle(css: string): string | undefined {
  const [, url] = /url\(\s*["']?\s*(?!#|data:|&quot;#|["'])([^)"']+)/i.exec(css) ?? [];
  return url ?? /@import\s+["']?([^;"'\s]+)/i.exec(css)?.[1];
}

function textOfData(source: string): string {
  return bytesOfData(source).toString('utf8');
}

function bytesOfData(source: string): Buffer {
  const comma = source.indexOf(',');
  const isBase64 = /;\s*base64\s*$/i.test(source.slice(0, comma));
  const data = source.slice(comma + 1);
  return isBase64 ? Buffer.from(data, 'base64') : Buffer.from(decoded(data));
}
