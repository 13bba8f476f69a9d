/** What the thread that watches for SIGINT tells the kernel. */
export type FromWatch = 'interrupt' | 'terminated';

/** Places in the memory that both see. */
export const LISTENERS = 0;
/** 1 while the kernel does what must not be cut off. */
export const BUSY = 1;
export const STATE = 2;
export const PLACES = 3;

/** How far an interrupt has come. */
export const IDLE = 0;
export const ASKED = 1;
export const TERMINATING = 2;
