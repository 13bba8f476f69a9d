/**
 * Runs in the page: turns the letters of formulas, which MathJax's style sheet draws, into letters of
 * the page that look the same. Chromium tags no content that comes from a style sheet.
 */
export function spellFormulas(): void {
  const style = document.createElement('style');
  style.textContent = 'mjx-c.spelled::before { content: none !important; }';
  document.head.append(style);
  for (const letter of document.querySelectorAll('mjx-c')) {
    const drawn = getComputedStyle(letter, '::before');
    const [, quoted] = /^"((?:\\.|[^"\\])*)"$/.exec(drawn.content) ?? [];
    if (!quoted) continue;
    const span = document.createElement('span');
    span.textContent = quoted.replaceAll(/\\(.)/g, '$1');
    for (const name of ['display', 'width', 'padding', 'font-family', 'line-height', 'transform']) {
      span.style.setProperty(name, drawn.getPropertyValue(name));
    }
    span.style.whiteSpace = 'pre';
    letter.classList.add('spelled');
    letter.append(span);
  }
}
