/** What the thread that watches tells the kernel. */
export interface FromWatch {
  readonly what: 'interrupted' | 'heap is full' | 'memory is full' | 'terminated';
  /** The cell that ran then, as `RUNNING` has it. */
  readonly running: number;
}

/** What that thread is started with. */
export interface WatchData {
  readonly shared: SharedArrayBuffer;
  /** Bytes that the kernel's JavaScript values may take. */
  readonly heapLimit: number;
  /** The file that is to tell the next kernel of the end of this one; see `last-words.ts`. */
  readonly lastWords?: string;
}

/** Places in the memory that both see. */
export const LISTENERS = 0;
/** Of these, such as end what runs in good order, and need time for it. */
export const ORDERLY_LISTENERS = 1;
/** 1 while the kernel does what must not be cut off. */
export const BUSY = 2;
export const STATE = 3;
/** Which cell runs, counted from the start of the kernel; 0 where none does. */
export const RUNNING = 4;
/** The number that the latest cell is shown with. */
export const NUMBER = 5;
/** How many times SIGINT came. */
export const INTERRUPTS = 6;
/** 1 while the kernel waits for a child process and does nothing else. */
export const WAITS_FOR_CHILD = 7;
export const PLACES = 8;

/** How far an interrupt has come. */
export const IDLE = 0;
export const ASKED = 1;
export const TERMINATING = 2;
