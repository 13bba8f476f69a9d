import { dirname, join } from 'node:path';

/** Stands before the words of a formula, so that it can be told from a picture in the PDF. */
export const FORMULA_MARK = '\u2061';

interface SpeechEngine {
  setupEngine(options: Readonly<Record<string, string>>): Promise<string>;
  engineReady(): Promise<unknown>;
  toSpeech(mathML: string): string;
}

let engine: SpeechEngine | undefined;

/** Loads the rules by which formulas are spoken (ClearSpeak, in English). */
export async function readySpeech(): Promise<void> {
  if (engine) return;
  const loaded: SpeechEngine = require('speech-rule-engine');
  const json = join(dirname(require.resolve('speech-rule-engine/package.json')), 'lib', 'mathmaps');
  await loaded.setupEngine({ locale: 'en', domain: 'clearspeak', modality: 'speech', json });
  await loaded.engineReady();
  engine = loaded;
}

/** A formula in words: `x^2` is "x squared". Needs {@link readySpeech} once before. */
export function speakMathML(mathML: string): string {
  return engine!.toSpeech(mathML).trim() || 'a formula without symbols';
}
