/**
 * A signal that Ctrl-C (or a polite kill) aborts, so that what was run is kept and nothing is left
 * behind; a second Ctrl-C ends the process at once.
 */
export function abortOnInterrupt(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = () => {
    names.forEach((name) => {
      process.removeListener(name, abort);
    });
  };
  const abort = () => {
    end();
    console.error('\nstopping …');
    controller.abort();
  };
  names.forEach((name) => {
    process.on(name, abort);
  });
  return { signal: controller.signal, end };
}
