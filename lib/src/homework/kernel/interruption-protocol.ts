/** What the kernel and the thread that watches for SIGINT tell each other. */
export type FromWatch = 'interrupt' | 'terminated';

/** Places in the memory that both see. */
export const LISTENERS = 0;
export const BUSY = 1;
export const PLACES = 2;
