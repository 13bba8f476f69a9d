import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Printed,
  type PrintStyle,
  printNotebook,
} from '../../lib/homework/src/pdf/print-notebook';
import { pdfText, plainPdf } from './pdf-text';

export type Json = Record<string, unknown>;

export function markdown(source: string, more: Json = {}): Json {
  return { cell_type: 'markdown', id: 'm', metadata: {}, source, ...more };
}

/** A code cell that was run, with its outputs. */
export function ran(source: string, outputs: readonly Json[] = [], metadata: Json = {}): Json {
  return { cell_type: 'code', id: 'c', metadata, source, outputs, execution_count: 1 };
}

export function shows(data: Json): Json {
  return { output_type: 'display_data', data, metadata: {} };
}

/** Writes cells as a notebook, as they are, and returns its path. */
export function writeCells(folder: string, name: string, cells: readonly Json[]): string {
  const path = join(folder, `${name}.ipynb`);
  writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  return path;
}

export interface PrintedPdf extends Printed {
  /** Its words, without white space. */
  readonly text: string;
  /** Its objects, as far as they are written in plain letters. */
  readonly plain: string;
}

/** Prints a notebook and reads the PDF. */
export async function printed(
  path: string,
  printLimit?: number,
  style: PrintStyle = {},
): Promise<PrintedPdf> {
  const target = path.replace('.ipynb', '.pdf');
  const result = await printNotebook({
    ...style,
    source: path,
    executed: path,
    target,
    printLimit,
  });
  const pdf = await plainPdf(readFileSync(target));
  return { ...result, text: pdfText(pdf), plain: pdf.toString('latin1') };
}
