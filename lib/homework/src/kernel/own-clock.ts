// Node's clock as it was before any cell ran: a cell may put another in its place, as tests do that
// mock timers, and the kernel goes on.
export const now: () => number = Date.now;
export const setTimer: typeof setTimeout = setTimeout;
export const clearTimer: typeof clearTimeout = clearTimeout;
export const inNextTurn: typeof setImmediate = setImmediate;
