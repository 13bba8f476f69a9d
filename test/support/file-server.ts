import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request; `body` is what the server is there to give. */
export type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

export interface FileServer {
  /** Ends in '/'. */
  readonly url: string;
  /** What was asked for: the method's path and, if any, its range. */
  readonly requests: readonly string[];
}

/** Sends the body, or the range of it that was asked for. */
export const serve: Answer = (request, response, body) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= body.length) return response.writeHead(416).end();
  const headers = { 'content-length': body.length - from };
  if (from > 0) {
    const range = `bytes ${from}-${body.length - 1}/${body.length}`;
    response.writeHead(206, { ...headers, 'content-range': range });
  } else {
    response.writeHead(200, headers);
  }
  return response.end(body.subarray(from));
};

/** Answers with a status and no data. */
export const refuse =
  (status: number): Answer =>
  (_request, response) =>
    response.writeHead(status).end('no');

/** What is not yet read when a connection drops is lost, so the reader is given time. */
const READING_MS = 500;

/** Promises the whole body, sends so many bytes of it, and drops the connection. */
export const breakOff =
  (length: number): Answer =>
  (_request, response, body) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, length), () =>
      setTimeout(() => response.destroy(), READING_MS),
    );
  };

/** Sends so many bytes and then nothing, for ever. */
export const stallAfter =
  (length: number): Answer =>
  (_request, response, body) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, length));
  };

/** Serves `body` on 127.0.0.1, each request with the next answer and then always with the last. */
export async function withFileServer<T>(
  body: Uint8Array,
  answers: readonly Answer[],
  work: (server: FileServer) => Promise<T>,
): Promise<T> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(`${request.url}${request.headers.range ? ` ${request.headers.range}` : ''}`);
    answer(request, response, Buffer.from(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { port } = server.address() as AddressInfo;
    return await work({ url: `http://127.0.0.1:${port}/`, requests });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
