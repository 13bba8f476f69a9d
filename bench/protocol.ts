/**
 * What run.ts asks of a worker, one JSON a line on its standard input; each is answered by one line.
 * worker.ts and torch_worker.py understand the same.
 */
export type Request =
  /** Makes the model, the optimizer and a few batches. */
  | {
      readonly ask: 'load';
      readonly job: string;
      readonly batchSize: number;
      readonly options: Readonly<Record<string, number>>;
      /** Ours only: the step is promised to be pure, and its JavaScript left out. */
      readonly pure?: boolean;
      /** PyTorch only: images and weights in channels_last. */
      readonly channelsLast?: boolean;
    }
  /** Trains so many steps; PyTorch with so many threads. */
  | { readonly ask: 'steps'; readonly count: number; readonly threads?: number }
  /** Trains one epoch on so many images, batching included. */
  | {
      readonly ask: 'epoch';
      readonly images: number;
      readonly imgSize: number;
      readonly threads?: number;
    }
  /** Multiplies two large matrices. */
  | { readonly ask: 'product'; readonly size: number };

export interface Answer {
  readonly seconds: number;
  /** The most memory that the process has had resident, in MiB. */
  readonly peakMiB: number;
  /** Versions and parts, on 'load'. */
  readonly description?: string;
  /** Of one step by its layers' shapes, on 'load' here. */
  readonly flops?: number;
  readonly error?: string;
}
