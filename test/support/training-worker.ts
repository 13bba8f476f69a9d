// Trains in a worker thread and posts what came out.
import { parentPort, workerData } from 'node:worker_threads';
import { trainSmallNetwork } from './training';

trainSmallNetwork(workerData as number).then((result) => parentPort!.postMessage(result));
