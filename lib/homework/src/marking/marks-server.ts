import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { amount, orNull, record, text } from '../assignment/shape';
import { EXECUTED } from '../grading/graded-folder';
import { Mistake, reasonOf } from '../mistake';
import { FETCHES_NOTHING } from '../pdf/open-page';
import { packageFolder } from '../project';
import { runMarksPage } from './marks-page';
import { queueOf, type Save, save } from './queue';
import { answerPage, schemePage } from './shown-answer';

/** A page on which a person marks answers, served to this machine alone. */
export interface MarksServer {
  /** Its address, with the token without which nothing is answered. */
  readonly url: string;
  close(): Promise<void>;
}

const LONGEST_BODY = 100_000;

const saveRequest = record<Save>({
  student: text,
  cell: text,
  score: orNull(amount),
  comment: text,
  was: record<Save['was']>({ score: orNull(amount), comment: text }),
});

/** The page itself runs its own script alone, and frames its own pages alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "frame-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** In what students wrote nothing runs, nothing is fetched, and no link leads away. */
const ANSWER_POLICY = [...FETCHES_NOTHING, "frame-ancestors 'self'", 'sandbox'].join('; ');

/**
 * Serves the marking of a graded folder on 127.0.0.1, at a port that is free.
 *
 * @throws a Mistake where the folder holds no answer that a person marks
 */
export async function startMarksServer(folder: string): Promise<MarksServer> {
  if (queueOf(folder).length === 0) {
    throw new Mistake(`${folder}: there is nothing to mark by hand: tests give all points`);
  }
  const token = randomBytes(24).toString('hex');
  const marking = new Marking(folder);
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    marking.answer(request, response, token, `127.0.0.1:${port}`).catch((error: unknown) => {
      const isOurs = error instanceof Mistake;
      send(response, isOurs ? 400 : 500, 'text/plain', isOurs ? error.message : 'it failed');
      if (!isOurs) console.error(error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${token}/`,
    close: () =>
      new Promise((resolve) => {
        marking.end();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Marking {
  private readonly listeners = new Set<ServerResponse>();
  /** How many saves were asked for: of two messages on an answer, the one with more is newer. */
  private revision = 0;
  private readonly pages = new Map<string, Promise<string>>();
  /** One page is typeset after the other: formulas of two would share their numbers. */
  private typesetting: Promise<unknown> = Promise.resolve();

  constructor(private readonly folder: string) {}

  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    token: string,
    host: string,
  ): Promise<void> {
    // Another name for this machine may be another site's, and its pages may not ask.
    if (request.headers.host !== host) return send(response, 403, 'text/plain', 'another host');
    const url = new URL(request.url ?? '/', `http://${host}`);
    const [, given = '', path = ''] = /^\/([^/]*)\/(.*)$/.exec(url.pathname) ?? [];
    if (!isSame(given, token)) return send(response, 403, 'text/plain', 'the token is wrong');
    const query = (name: string) => url.searchParams.get(name) ?? '';
    switch (`${request.method} ${path}`) {
      case 'GET ':
        return send(response, 200, 'text/html', file('marks.html'), POLICY);
      case 'GET marks.css':
        return send(response, 200, 'text/css', file('marks.css'));
      case 'GET marks.js':
        return send(response, 200, 'text/javascript', `(${runMarksPage.toString()})();`);
      case 'GET queue':
        return this.sendQueue(response);
      case 'GET answer':
        return this.sendAnswer(response, query('student'), query('cell'));
      case 'GET scheme':
        return this.sendPage(response, `scheme ${query('cell')}`, () =>
          schemePage(this.folder, query('cell')),
        );
      case 'GET events':
        return this.listen(response);
      case 'POST mark':
        if (request.headers.origin !== `http://${host}`) {
          return send(response, 403, 'text/plain', 'another site asks');
        }
        return this.save(response, await bodyOf(request));
      default:
        return send(response, 404, 'text/plain', `there is no ${path}`);
    }
  }

  end(): void {
    for (const listener of this.listeners) listener.end();
  }

  private sendQueue(response: ServerResponse): void {
    const queue = { items: queueOf(this.folder), revision: this.revision };
    send(response, 200, 'application/json', JSON.stringify(queue));
  }

  private sendAnswer(response: ServerResponse, student: string, cell: string): Promise<void> {
    const isThere = queueOf(this.folder).some(
      (item) => item.student === student && item.cell === cell,
    );
    if (!isThere) throw new Mistake(`${student} has no answer ${cell} to mark`);
    // Grades may be made anew while the page is open.
    const { mtimeMs } = statSync(join(this.folder, student, EXECUTED));
    return this.sendPage(response, `answer ${student} ${cell} ${mtimeMs}`, () =>
      answerPage(this.folder, student, cell),
    );
  }

  private async sendPage(
    response: ServerResponse,
    key: string,
    make: () => Promise<string>,
  ): Promise<void> {
    const known = this.pages.get(key);
    const made = known ?? this.typesetting.then(make);
    if (!known) {
      this.pages.set(key, made);
      this.typesetting = made.catch(() => this.pages.delete(key));
    }
    send(response, 200, 'text/html', await made, ANSWER_POLICY);
  }

  /** Tells a page, as long as it is open, of every mark that is given. */
  private listen(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
    response.write(': marks\n\n');
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
  }

  private save(response: ServerResponse, body: string): void {
    const saved = save(this.folder, saveIn(body));
    this.revision++;
    const told = JSON.stringify({ item: saved.item, revision: this.revision });
    for (const listener of this.listeners) listener.write(`data: ${told}\n\n`);
    send(response, saved.isConflict ? 409 : 200, 'application/json', told);
  }
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  policy = "default-src 'none'",
): void {
  if (response.headersSent) return;
  const headers = { ...HEADERS, 'Content-Security-Policy': policy };
  response.writeHead(status, { ...headers, 'Content-Type': `${type}; charset=utf-8` });
  response.end(body);
}

function file(name: string): string {
  return readFileSync(join(packageFolder, 'share', 'marks', name), 'utf8');
}

function isSame(given: string, token: string): boolean {
  return given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token));
}

function saveIn(body: string): Save {
  try {
    return saveRequest(JSON.parse(body), 'mark');
  } catch (error) {
    throw new Mistake(`not a mark: ${reasonOf(error)}`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    // What is too long is read to its end all the same: else the refusal would not be heard.
    if (length <= LONGEST_BODY) chunks.push(chunk);
  }
  if (length > LONGEST_BODY) throw new Mistake(`a mark has at most ${LONGEST_BODY} bytes`);
  return Buffer.concat(chunks).toString('utf8');
}
