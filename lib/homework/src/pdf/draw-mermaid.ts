import type { Drawn } from './drawing';

declare const mermaid: {
  initialize(options: object): void;
  render(id: string, text: string): Promise<{ readonly svg: string }>;
};

/** Runs in a page with Mermaid: draws a diagram, at the size that Mermaid gives it. */
export async function drawMermaid(text: string | readonly string[]): Promise<Drawn> {
  try {
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: 'strict',
      fontFamily: "'DejaVu Sans', Arial, sans-serif",
    });
    const { svg } = await mermaid.render(
      'diagram',
      typeof text === 'string' ? text : text.join(''),
    );
    const holder = document.createElement('div');
    holder.innerHTML = svg;
    const drawing = holder.querySelector('svg');
    if (!drawing) return { wrong: 'Mermaid gave no drawing' };
    // Mermaid lets a page decide how wide a diagram is; a picture has a size of its own.
    const { width, height } = drawing.viewBox.baseVal;
    drawing.setAttribute('width', String(width));
    drawing.setAttribute('height', String(height));
    const words = ['title', 'desc'].map((name) => drawing.querySelector(name)?.textContent ?? '');
    return {
      svg: new XMLSerializer().serializeToString(drawing),
      words: words.filter((each) => each.trim() !== '').join('. '),
    };
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { wrong: line.replace(/:$/, '') };
  }
}
