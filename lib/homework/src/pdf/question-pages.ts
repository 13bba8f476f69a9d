/**
 * Runs in the page: each question starts on a page of its own. Questions are the cells with the tag
 * `question`, or, where there are none, the headings of the highest level that occurs twice.
 */
export function startQuestions(): void {
  const tagged = [...document.querySelectorAll('.part.question')];
  const cellOf = (part: Element) => (part as HTMLElement).dataset.cell;
  const starts = tagged.filter((part) => {
    const before = part.previousElementSibling;
    return !before || cellOf(before) !== cellOf(part);
  });
  const headings = [...document.querySelectorAll('[data-heading]')];
  const level = [1, 2, 3, 4, 5, 6].find((each) => {
    return headings.filter(({ localName }) => localName === `h${each}`).length > 1;
  });
  const questions =
    starts.length > 0 ? starts : headings.filter(({ localName }) => localName === `h${level}`);
  for (const question of questions) question.classList.add('new-page');
}
