/**
 * A text in lines of at most `length` letters, broken at its spaces and, where a word is longer, in
 * it. What does not fit into `maxLines` ends in an ellipsis.
 */
export function wrapped(text: string, length: number, maxLines: number = Infinity): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap((word) => pieces(word, length))) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && longer.length <= length) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  if (lines.length <= maxLines) return lines;
  const last = [...lines[maxLines - 1]].slice(0, length - 1).join('');
  return [...lines.slice(0, maxLines - 1), `${last}…`];
}

function pieces(word: string, length: number): string[] {
  const letters = [...word];
  if (letters.length <= length) return [word];
  return Array.from({ length: Math.ceil(letters.length / length) }, (_, i) =>
    letters.slice(i * length, (i + 1) * length).join(''),
  );
}
