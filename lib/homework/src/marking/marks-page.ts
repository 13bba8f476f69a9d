import type { QueueItem } from './queue';

/**
 * Runs in the page: shows one answer after the other and saves at each key. What is saved elsewhere, in
 * another tab, is shown as it comes.
 */
export function runMarksPage(): void {
  interface Mark {
    score: number | null;
    comment: string;
  }
  const PRESETS_SHOWN = 9;

  let items: QueueItem[] = [];
  let at = 0;
  /** What stands in the field for points, which may be none yet, as in `1.` or 15 of 10. */
  let typed = '';
  let isFresh = true;
  /** Why what stands in that field is not saved; empty where it is. */
  let complaint = '';
  /** The mark of the present answer as it will be once all is saved. */
  let present: Mark = { score: null, comment: '' };
  let isSaving = false;
  /** What was typed while a save was under way, by answer: the last word of each is saved next. */
  const waiting = new Map<string, Mark>();
  /** The mark of each answer as it was last seen here: what a save means to replace. */
  const seen = new Map<string, Mark>();
  /** Messages of the server may overtake each other: the newer one of an answer counts. */
  const revisions = new Map<string, number>();

  const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
  const scoreField = element<HTMLInputElement>('score');
  const commentField = element<HTMLTextAreaElement>('comment');
  const statusLine = element('status');
  const keyOf = ({ student, cell }: QueueItem) => JSON.stringify([student, cell]);

  void start();

  async function start(): Promise<void> {
    await reload();
    const open = items.findIndex(({ score }) => score === null);
    goTo(Math.max(0, open));
    listenToKeys();
    const events = new EventSource('events');
    events.onmessage = ({ data }) => {
      accept(JSON.parse(data));
      refreshUnlessBusy();
    };
    events.onopen = () => void reload().then(refreshUnlessBusy);
    events.onerror = () => say('the server does not answer: is `homework marks` running?', true);
    // Marks may come from a table, too, and grades may be made anew.
    window.addEventListener('focus', () => void reload().then(refreshUnlessBusy));
  }

  async function reload(): Promise<void> {
    const before = items[at];
    const answer = await fetch('queue');
    if (!answer.ok) return say(await answer.text(), true);
    const found: { items: QueueItem[]; revision: number } = await answer.json();
    const known = new Map(items.map((item) => [keyOf(item), item]));
    items = found.items.map((item) => {
      const key = keyOf(item);
      const isOlder = found.revision < (revisions.get(key) ?? 0);
      return (isOlder && known.get(key)) || item;
    });
    const same = before ? items.findIndex((item) => keyOf(item) === keyOf(before)) : at;
    at = Math.max(0, same);
  }

  function accept({ item, revision }: { item: QueueItem; revision: number }): void {
    const key = keyOf(item);
    if (revision < (revisions.get(key) ?? 0)) return;
    revisions.set(key, revision);
    items = items.map((one) => (keyOf(one) === key ? item : one));
  }

  /** Shows what came from elsewhere; what is under way here is shown when its answer comes. */
  function refreshUnlessBusy(): void {
    const item = items[at];
    if (!item) return;
    const isKnown = item.score === present.score && item.comment === present.comment;
    if (!isKnown && !isSaving && waiting.size === 0) refresh();
    else showProgress();
  }

  function goTo(place: number): void {
    if (items.length === 0) return;
    at = Math.min(items.length - 1, Math.max(0, place));
    const { student, cell, title, question } = items[at];
    element('question').textContent = `${title} (${question})`;
    element('student').textContent = student;
    frame('answer', `answer?${new URLSearchParams({ student, cell })}`);
    frame('scheme', `scheme?${new URLSearchParams({ cell })}`);
    say('');
    scoreField.blur();
    commentField.blur();
    refresh();
    const next = items[at + 1];
    if (next) {
      const query = new URLSearchParams({ student: next.student, cell: next.cell });
      void fetch(`answer?${query}`).catch(() => {});
    }
  }

  function frame(id: string, address: string): void {
    const shown = element<HTMLIFrameElement>(id);
    if (shown.getAttribute('src') === address) return;
    // Until this one is there, nobody else's may be taken for it, nor nothing for an empty one.
    shown.classList.add('awaited');
    shown.onload = () => shown.classList.remove('awaited');
    shown.setAttribute('src', address);
  }

  /** Shows the mark of the present answer as it is saved. */
  function refresh(): void {
    const item = items[at];
    if (!item) return;
    typed = item.score === null ? '' : String(item.score);
    isFresh = true;
    complaint = '';
    scoreField.value = typed;
    present = { score: item.score, comment: item.comment };
    if (document.activeElement === commentField) present.comment = commentField.value;
    else seen.set(keyOf(item), present);
    commentField.value = present.comment;
    element('max').textContent = `of ${item.max}`;
    showProgress();
    showPresets();
  }

  function showProgress(): void {
    const { cell } = items[at];
    const own = items.filter((item) => item.cell === cell);
    element('place').textContent = `${own.indexOf(items[at]) + 1} of ${own.length}`;
    const done = items.filter(({ score }) => score !== null).length;
    element('progress').textContent = `· ${done} of ${items.length} answers have points`;
  }

  /** Points and comments that were given to this question before, the most frequent first. */
  function presets(): readonly Mark[] {
    const counts = new Map<string, number>();
    for (const { cell, score, comment } of items) {
      if (cell !== items[at].cell || score === null || comment === '') continue;
      const key = JSON.stringify({ score, comment });
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const found = [...counts].sort(([, a], [, b]) => b - a);
    return found.slice(0, PRESETS_SHOWN).map(([key]) => JSON.parse(key));
  }

  function showPresets(): void {
    const entries = presets().map((preset) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = `${preset.score}: ${preset.comment}`;
      button.onclick = () => give(preset);
      const entry = document.createElement('li');
      entry.append(button);
      return entry;
    });
    element('presets').replaceChildren(...entries);
  }

  function say(text: string, isWrong = false): void {
    statusLine.textContent = text;
    statusLine.classList.toggle('wrong', isWrong);
  }

  function typeScore(next: string): void {
    typed = next;
    isFresh = false;
    scoreField.value = typed;
    const { max } = items[at];
    const value = typed === '' ? null : Number(typed);
    if (value !== null && !(value >= 0 && value <= max)) {
      const kept = present.score === null ? 'nothing is saved' : `${present.score} is saved`;
      complaint = `${typed} is not from 0 to ${max}: ${kept}`;
      say(complaint, true);
      return;
    }
    change({ score: value, comment: present.comment });
  }

  function give(mark: Mark): void {
    change(mark);
    commentField.value = mark.comment;
    typed = mark.score === null ? '' : String(mark.score);
    isFresh = true;
    scoreField.value = typed;
  }

  function change(mark: Mark): void {
    present = mark;
    complaint = '';
    waiting.set(keyOf(items[at]), mark);
    say('saving …');
    void saveWaiting();
  }

  async function saveWaiting(): Promise<void> {
    if (isSaving) return;
    isSaving = true;
    for (let [next] = waiting; next; [next] = waiting) {
      const [key, mark] = next;
      waiting.delete(key);
      await saveMark(key, mark);
    }
    isSaving = false;
    refreshUnlessBusy();
  }

  async function saveMark(key: string, mark: Mark): Promise<void> {
    const item = items.find((one) => keyOf(one) === key);
    if (!item) return say('not saved: this answer is not there any more', true);
    const { student, cell } = item;
    const body = JSON.stringify({ student, cell, ...mark, was: seen.get(key) });
    let answer: Response;
    try {
      answer = await fetch('mark', { method: 'POST', body });
    } catch {
      return say('not saved: the server does not answer', true);
    }
    if (!answer.ok && answer.status !== 409) {
      return say(`not saved: ${await answer.text()}`, true);
    }
    const told: { item: QueueItem; revision: number } = await answer.json();
    accept(told);
    seen.set(key, { score: told.item.score, comment: told.item.comment });
    showProgress();
    showPresets();
    if (answer.ok) return say(complaint || `saved: ${student}`, complaint !== '');
    waiting.delete(key);
    if (keyOf(items[at]) === key) {
      commentField.value = told.item.comment;
      refresh();
    }
    say('not saved: another mark was given meanwhile, which is shown now', true);
  }

  function nextOpen(): void {
    const order = items.map((_, i) => (at + 1 + i) % items.length);
    const open = order.find((place) => items[place].score === null && place !== at);
    if (open === undefined) say('all other answers have points');
    else goTo(open);
  }

  /** The same student in the question before or after. */
  function goToQuestion(step: number): void {
    const cells = [...new Set(items.map(({ cell }) => cell))];
    const cell = cells[cells.indexOf(items[at].cell) + step];
    if (cell === undefined) return;
    const own = items.findIndex((item) => item.cell === cell && item.student === items[at].student);
    goTo(own >= 0 ? own : items.findIndex((item) => item.cell === cell));
  }

  function listenToKeys(): void {
    element('previous').onclick = () => goTo(at - 1);
    element('next').onclick = () => goTo(at + 1);
    element('open').onclick = nextOpen;
    scoreField.oninput = () => typeScore(scoreField.value.trim().replace(',', '.'));
    commentField.oninput = () => change({ score: present.score, comment: commentField.value });
    // A click into an answer would take the keys away, and nothing is typed there.
    window.addEventListener('blur', () => {
      setTimeout(() => {
        if (!(document.activeElement instanceof HTMLIFrameElement)) return;
        document.activeElement.blur();
        window.focus();
      });
    });
    document.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const isInField = event.target === commentField || event.target === scoreField;
      if (isInField && event.key === 'Escape') (event.target as HTMLElement).blur();
      if (isInField || items.length === 0) return;
      if (onKey(event)) event.preventDefault();
    });
  }

  function onKey({ key, code, shiftKey }: KeyboardEvent): boolean {
    const [, digit] = /^Digit([1-9])$/.exec(code) ?? [];
    if (shiftKey && digit) {
      const preset = presets()[Number(digit) - 1];
      if (preset) give(preset);
      return true;
    }
    if (/^[0-9.,]$/.test(key)) {
      typeScore((isFresh ? '' : typed) + key.replace(',', '.'));
      return true;
    }
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => goTo(at - 1),
      ArrowRight: () => goTo(at + 1),
      ArrowUp: () => goToQuestion(-1),
      ArrowDown: () => goToQuestion(1),
      Backspace: () => typeScore(typed.slice(0, -1)),
      f: () => typeScore(String(items[at].max)),
      c: () => commentField.focus(),
    };
    // Where a button has the focus, Enter presses it.
    if (key === 'Enter' && !(document.activeElement instanceof HTMLButtonElement)) {
      nextOpen();
      return true;
    }
    if (!Object.hasOwn(actions, key)) return false;
    actions[key]();
    return true;
  }
}
