import { PlotError } from '../errors';
import { tslabModule } from '../tslab';

/** One output of a cell: its forms by MIME type, and what is to be known about each. */
export interface DisplayBundle {
  readonly data: Readonly<Record<string, string | object>>;
  readonly metadata: Readonly<Record<string, object>>;
}

interface TslabJupyter {
  lastWriteDisplayData?:
    | ((content: DisplayBundle & { transient: object }, isUpdate: boolean) => void)
    | null;
}

interface TslabPublic {
  display: { raw(type: string, data: string | Uint8Array): void };
}

/**
 * Shows one output with all its forms in the running cell.
 *
 * tslab's `display` takes one MIME type an output. What it calls itself takes them all, but is
 * replaced for every cell, so it is looked up at each call. Should a tslab come without it, its
 * `display` shows the one form that every viewer knows.
 */
export function displayBundle({ data, metadata }: DisplayBundle): void {
  const write = tslabModule<TslabJupyter>('jupyter.js')?.lastWriteDisplayData;
  if (write) {
    write({ data, metadata, transient: {} }, false);
    return;
  }
  const display = tslabModule<TslabPublic>('public.js')?.display;
  if (!display) throw new PlotError('there is no tslab notebook to show this in');
  const [type, form] =
    Object.entries(data).find(([type]) => type === 'image/png' || type === 'text/html') ?? [];
  if (!type) throw new PlotError('nothing that this tslab can show');
  display.raw(type, type === 'image/png' ? Buffer.from(String(form), 'base64') : String(form));
}
