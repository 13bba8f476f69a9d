import { prepare, render } from 'notegrad/tooling';
import { reasonOf } from '../mistake';
import { isJson, textOf } from '../notebook';
import { WORDLESS } from '../wordless';
import type { Drawn } from './drawing';
import { type DrawFigure, isDrawnByPackages, type Missing } from './figure-packages';
import { imageOf } from './read-image';

/** How one output is shown on paper. */
export type OutputForm =
  | { readonly kind: 'html' | 'markdown' | 'latex' | 'text' | 'errors'; readonly text: string }
  | {
      readonly kind: 'picture';
      readonly source: string;
      readonly alt: string;
      readonly width?: number;
    }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unprintable'; readonly reason: string };

type Data = Readonly<Record<string, unknown>>;

/** Best first, as Jupyter ranks them, except that what is drawn with scripts goes last. */
const RANKED = [
  'text/html',
  'text/markdown',
  'image/svg+xml',
  'text/latex',
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/gif',
  'application/vnd.plotly.v1+json',
] as const;

/** Figures that only a program of their own draws; their plain text does not stand for them. */
const FIGURES =
  /^(?:application\/(?:vnd\.jupyter\.widget-view|vnd\.bokehjs|pdf)|(?:image|video|audio|model)\/)/;

/**
 * What of an output is printed, by the richest of its MIME types that paper can show.
 *
 * @param draw draws what packages of the notebook's project can
 */
export async function outputForm(output: Data, draw: DrawFigure): Promise<OutputForm> {
  if (output.output_type === 'stream') {
    return {
      kind: output.name === 'stderr' ? 'errors' : 'text',
      text: textOf(output.text as string),
    };
  }
  if (output.output_type === 'error') return errorForm(output);
  const data = output.data as Data;
  const type = RANKED.find((known) => known in data);
  if (type) return richForm(type, data, (output.metadata ?? {}) as Data);
  const types = Object.keys(data);
  const drawn = types.find(isDrawnByPackages);
  if (drawn) return drawnForm(drawn, await draw(drawn, data[drawn]), data);
  const lost = types.find((each) => FIGURES.test(each));
  if (lost)
    return { kind: 'unprintable', reason: `an output is of the type ${lost} alone, ${ADVICE}` };
  if ('text/plain' in data) return { kind: 'text', text: textOf(data['text/plain'] as string) };
  const json = types.find(isJson);
  if (json) return { kind: 'text', text: JSON.stringify(data[json], null, 2) };
  const text = types.find((each) => each.startsWith('text/'));
  if (text) return { kind: 'text', text: textOf(data[text] as string) };
  if ('application/javascript' in data) {
    return { kind: 'html', text: '<p><em>(A script, which does not run in print.)</em></p>' };
  }
  if (types.length === 0) return { kind: 'nothing' };
  return {
    kind: 'unprintable',
    reason: `an output is of the type ${types.join(', ')} alone, ${ADVICE}`,
  };
}

const ADVICE = 'which cannot be printed: give it a picture (PNG, SVG) or HTML as well';

async function richForm(
  type: (typeof RANKED)[number],
  data: Data,
  metadata: Data,
): Promise<OutputForm> {
  const text = () => textOf(data[type] as string);
  switch (type) {
    case 'text/html':
      return { kind: 'html', text: text() };
    case 'text/markdown':
      return { kind: 'markdown', text: text() };
    case 'text/latex':
      return { kind: 'latex', text: text() };
    case 'application/vnd.plotly.v1+json':
      return drawPlotly(data, type);
    default: {
      const { width } = (metadata[type] ?? {}) as { width?: unknown };
      return {
        kind: 'picture',
        source: await imageOf(type, data[type]),
        alt: plainTextOf(data),
        ...(typeof width === 'number' && { width }),
      };
    }
  }
}

function drawPlotly(data: Data, type: string): OutputForm {
  const { data: traces } = (data[type] ?? {}) as { readonly data?: unknown };
  if (!Array.isArray(traces)) {
    return { kind: 'unprintable', reason: `an output of the type ${type} has no list of traces` };
  }
  try {
    const prepared = prepare(data[type] as Parameters<typeof prepare>[0]);
    const png = render({ ...prepared, scale: 2 });
    const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
    return { kind: 'picture', source, alt: plainTextOf(data), width: prepared.layout.width };
  } catch (error) {
    return { kind: 'unprintable', reason: `a plotly figure cannot be drawn: ${reasonOf(error)}` };
  }
}

async function drawnForm(type: string, drawn: Drawn | Missing, data: Data): Promise<OutputForm> {
  if ('missing' in drawn) {
    const { missing } = drawn;
    const reason =
      `an output is of the type ${type} alone, which ${missing.join(' and ')} would draw: ` +
      `install ${missing.length > 1 ? 'them' : 'it'} (npm install ${missing.join(' ')}), or give the output a picture (PNG, SVG) as well`;
    return { kind: 'unprintable', reason };
  }
  if ('wrong' in drawn) {
    const reason = `a figure of the type ${type} cannot be drawn: ${drawn.wrong}`;
    return { kind: 'unprintable', reason };
  }
  const source = await imageOf('image/svg+xml', drawn.svg);
  return { kind: 'picture', source, alt: drawn.words || plainTextOf(data) };
}

/** What a figure is in words, which those who cannot see it are read. */
function plainTextOf(data: Data): string {
  const text = data['text/plain'];
  const words = text === undefined ? '' : textOf(text as string);
  return words === WORDLESS ? '' : words;
}

function errorForm({ traceback, ename, evalue }: Data): OutputForm {
  const lines = Array.isArray(traceback) ? traceback.join('\n') : String(traceback ?? '');
  const text = lines || [ename, evalue].filter(Boolean).join(': ');
  return text ? { kind: 'errors', text } : { kind: 'nothing' };
}
