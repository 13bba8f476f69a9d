import type { Program } from '../replay/program';
import { TraceNode } from './trace-tree';

export interface TracesOptions {
  /** Whether operations that follow each other are fused. Default true. */
  readonly fused?: boolean;
  /** Told once, with the reason, when no two calls are alike. Default a warning on the console. */
  readonly onNeverAlike?: (reason: string) => void;
}

/** Programs that are kept, those run last; each has memory of its own. */
const MOST_PROGRAMS = 16;
/** From so many nodes on the tree is begun anew. */
const MOST_NODES = 100_000;
/** So many calls in a row without a program are too many for chance. */
const MANY_CALLS = 64;

/** What a function did at its calls so far, and the programs for it. */
export class Traces {
  root: TraceNode = TraceNode.root();
  readonly fused: boolean;
  private readonly onNeverAlike: (reason: string) => void;
  private readonly programs = new Set<Program>();
  private numNodes = 0;
  private callsWithoutProgram = 0;
  private warned = false;
  private lastDifference = '';

  constructor({ fused = true, onNeverAlike = warn }: TracesOptions = {}) {
    this.fused = fused;
    this.onNeverAlike = onNeverAlike;
  }

  /** A program is run: it is kept before all others. */
  uses(program: Program): void {
    this.callsWithoutProgram = 0;
    this.programs.delete(program);
    this.programs.add(program);
    if (this.programs.size <= MOST_PROGRAMS) return;
    const [oldest] = this.programs;
    this.programs.delete(oldest);
    oldest.isForgotten = true;
  }

  /** What was asked for is computed operation by operation. */
  computesWithoutProgram(): void {
    if (++this.callsWithoutProgram < MANY_CALLS || this.warned) return;
    this.warned = true;
    this.onNeverAlike(this.lastDifference);
  }

  /** A trace went where none had gone before. */
  branches(difference: string | null): void {
    this.numNodes++;
    if (difference !== null) this.lastDifference = difference;
  }

  /** Forgets all, between two traces, where there is too much of it. */
  tidyUp(): void {
    if (this.numNodes <= MOST_NODES) return;
    this.root = TraceNode.root();
    this.numNodes = 0;
    this.programs.clear();
  }
}

function warn(reason: string): void {
  console.warn(
    `the last ${MANY_CALLS} steps ran operation by operation, which is right but slow: ${reason}`,
  );
}
