import { spawn } from 'node:child_process';
import { text as textOfStream } from 'node:stream/consumers';
import { Mistake, reasonOf } from '../mistake';
import { neutralFolder, ownProgram, pythonWithJupyter } from '../python';

/** A text of a notebook and what it is to be read as. */
export type Text =
  | { readonly as: 'markdown' | 'terminal'; readonly text: string }
  | { readonly as: 'code'; readonly text: string; readonly language: string };

export type Html = string | { readonly wrong: string };

/** Each text as HTML of its own, by nbconvert's filters. */
export async function textsToHtml(
  texts: readonly Text[],
  signal: AbortSignal,
): Promise<readonly Html[]> {
  const python = spawn(pythonWithJupyter(), ownProgram('texts_to_html.py'), {
    cwd: neutralFolder,
    signal,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    python.on('error', reject);
    python.on('close', resolve);
  });
  // A Python that ends early says why itself.
  python.stdin.on('error', () => {});
  python.stdin.end(JSON.stringify(texts));
  try {
    const [answer, said, code] = await Promise.all([
      textOfStream(python.stdout),
      textOfStream(python.stderr),
      ended,
    ]);
    if (code !== 0) throw new Mistake(`nbconvert fails: ${said.trim().split('\n').at(-1)}`);
    return JSON.parse(answer);
  } catch (error) {
    if (error instanceof Mistake || signal.aborted) throw error;
    throw new Mistake(`nbconvert fails: ${reasonOf(error)}`);
  }
}
