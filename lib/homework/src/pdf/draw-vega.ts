import type { Drawn } from './drawing';

interface Loader {
  load(address: string): Promise<string>;
  sanitize(address: string, use: { readonly context?: string }): Promise<unknown>;
}

declare const vega: {
  loader(): Loader;
  parse(spec: unknown): unknown;
  View: new (chart: unknown, options: object) => { toSVG(): Promise<string> };
};
declare const vegaLite: { compile(spec: object): { readonly spec: unknown } };

/**
 * Runs in a page with Vega and Vega-Lite: draws a chart as the packages do, except that one that needs
 * data or pictures from elsewhere is refused, where Vega would leave them out.
 */
export async function drawVega(chart: object, type: string): Promise<Drawn> {
  const wrong: string[] = [];
  const refuse = (address: string) => {
    wrong.push(`it asks for ${address.slice(0, 200)}, and a PDF is made without the network`);
    return Promise.reject(new Error(wrong[0]));
  };
  const loader = vega.loader();
  const { sanitize } = loader;
  loader.load = refuse;
  loader.sanitize = (address, use) => {
    const isPicture = use.context !== 'href' && !address.startsWith('data:');
    return isPicture ? refuse(address) : sanitize.call(loader, address, use);
  };
  const silent = () => logger;
  const logger = {
    level: silent,
    warn: silent,
    info: silent,
    debug: silent,
    error: (...words: readonly unknown[]) => {
      wrong.push(words.map((word) => (word instanceof Error ? word.message : word)).join(' '));
      return logger;
    },
  };
  try {
    const spec = type.includes('vegalite') ? vegaLite.compile(chart).spec : chart;
    const view = new vega.View(vega.parse(spec), { renderer: 'none', loader, logger });
    const svg = await view.toSVG();
    if (wrong.length > 0) return { wrong: wrong[0] };
    const { description } = chart as { readonly description?: unknown };
    return { svg, words: typeof description === 'string' ? description : '' };
  } catch (error) {
    return { wrong: wrong[0] ?? (error instanceof Error ? error.message : String(error)) };
  }
}
