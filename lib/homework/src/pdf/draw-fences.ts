import { reasonOf } from '../mistake';
import type { DrawFigure } from './figure-packages';
import { imageOf } from './read-image';

const UNDRAWN = 'a Mermaid diagram is printed as code, since it cannot be drawn';

/**
 * Draws each fence of Mermaid in a Markdown text, as Jupyter does, in place of its source.
 *
 * @returns for each that stays as it is written, why
 */
export async function drawFences(root: HTMLElement, draw: DrawFigure): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const code of root.querySelectorAll('pre > code.language-mermaid')) {
    const drawn = await draw('text/vnd.mermaid', code.textContent);
    if ('missing' in drawn) {
      const names = drawn.missing.join(' ');
      notes.push(`a Mermaid diagram is printed as code: npm install ${names}, and it is drawn`);
    } else if ('wrong' in drawn) {
      notes.push(`${UNDRAWN}: ${drawn.wrong}`);
    } else {
      try {
        const image = root.ownerDocument.createElement('img');
        image.alt = drawn.words;
        // As code, it stands on lines of its own.
        image.style.display = 'block';
        image.src = await imageOf('image/svg+xml', drawn.svg);
        code.parentElement!.replaceWith(image);
      } catch (error) {
        notes.push(`${UNDRAWN}: ${reasonOf(error)}`);
      }
    }
  }
  return notes;
}
