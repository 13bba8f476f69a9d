import { inflateSync } from 'node:zlib';
import { PDFDocument } from '@pdfme/pdf-lib';

/** A PDF whose objects are not packed, so that they can be read as plain letters. */
export async function plainPdf(pdf: Uint8Array): Promise<Buffer> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  return Buffer.from(await document.save({ useObjectStreams: false }));
}

/**
 * The text on the pages of a PDF of plain objects ({@link plainPdf}), without white space, in the order it was
 * drawn. Glyphs become letters by each font's own table, so this is what a reader can copy.
 */
export function pdfText(pdf: Buffer): string {
  const objects = objectsOf(pdf);
  const alphabets = new Map<string, ReadonlyMap<string, string>>();
  for (const [number, body] of objects) {
    const table = /\/ToUnicode (\d+) 0 R/.exec(body);
    if (table) alphabets.set(`F${number}`, alphabetOf(objects.get(table[1]) ?? ''));
  }
  let text = '';
  for (const body of objects.values()) {
    let alphabet: ReadonlyMap<string, string> | undefined;
    for (const [, font, glyphs] of body.matchAll(
      /\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>(?=[^\n]*T[jJ])/g,
    )) {
      if (font) alphabet = alphabets.get(font);
      if (glyphs) text += read(glyphs, alphabet);
    }
  }
  return text.replaceAll(/\s/g, '');
}

/** The colours in which glyphs are drawn: red, green and blue of each, from 0 to 1. */
export function pdfInks(pdf: Buffer): readonly (readonly number[])[] {
  const inks = new Map<string, readonly number[]>();
  for (const body of objectsOf(pdf).values()) {
    const saved: string[] = [];
    let ink = '0 0 0';
    for (const [found, colour] of body.matchAll(/ ([\d.]+ [\d.]+ [\d.]+) rg$|^[qQ]$|T[jJ]$/gm)) {
      if (colour) ink = colour;
      else if (found === 'q') saved.push(ink);
      else if (found === 'Q') ink = saved.pop() ?? ink;
      else inks.set(ink, ink.split(' ').map(Number));
    }
  }
  return [...inks.values()];
}

/** Fonts number their glyphs in one byte or in two; the table is written in the same width. */
function read(glyphs: string, alphabet: ReadonlyMap<string, string> = new Map()): string {
  const [width = 4] = [...alphabet.keys()].map((glyph) => glyph.length);
  const codes = glyphs.match(new RegExp(`.{${width}}`, 'g')) ?? [];
  return codes.map((glyph) => alphabet.get(glyph) ?? '').join('');
}

/** Bodies by number; where one has a compressed stream, the stream's text is part of the body. */
function objectsOf(pdf: Buffer): ReadonlyMap<string, string> {
  const objects = new Map<string, string>();
  for (const found of pdf.toString('latin1').matchAll(/(?:^|\n)(\d+) 0 obj\b([\s\S]*?)\nendobj/g)) {
    const [head, stream] = found[2].split(/stream\r?\n/, 2);
    const packed = stream !== undefined && /\/FlateDecode/.test(head) && !/\/Image/.test(head);
    const unpacked = packed ? inflateSync(Buffer.from(stream, 'latin1')).toString('latin1') : '';
    objects.set(found[1], `${head}\n${unpacked}`);
  }
  return objects;
}

/** What each glyph stands for, from a font's table of `bfchar` and `bfrange`. */
function alphabetOf(table: string): ReadonlyMap<string, string> {
  const alphabet = new Map<string, string>();
  const letter = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, block] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph, hex] of block.matchAll(/<(\w+)> <(\w+)>/g)) {
      alphabet.set(glyph.toUpperCase(), letter(hex));
    }
  }
  for (const [, block] of table.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from, to, hex] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      for (let glyph = Number.parseInt(from, 16); glyph <= Number.parseInt(to, 16); glyph++) {
        const code = Number.parseInt(hex, 16) + glyph - Number.parseInt(from, 16);
        alphabet.set(hexadecimal(glyph, from.length), letter(hexadecimal(code, 4)));
      }
    }
  }
  return alphabet;
}

function hexadecimal(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
