import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkCounts, checkFlags, checkFunctions } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import { type CsvRow, found, readCsv } from '../files/csv';
import { dataFolder, dataSource } from '../files/folder';
import type { NonAsciiRule } from '../samples/ascii';
import { asciiSequences } from '../samples/ascii-sequences';
import { selectFirst, shuffled } from '../samples/select';
import type { SequenceSet } from '../samples/sequences';
import type { LabelledTweet } from './labelled-tweet';
import { syntheticTweets } from './synthetic-tweets';
import { SENTIMENT140 } from './text-set';

/** Tweets as ASCII ids 0 … 127. */
export interface TweetSet extends SequenceSet {
  readonly texts: readonly string[];
  /** How many characters, of how many tweets, were not ASCII before selecting, and their rule. */
  readonly nonAscii: {
    readonly numCharacters: number;
    readonly numTexts: number;
    readonly rule: NonAsciiRule;
  };
}

/** Which tweets are read, and how. */
export interface TweetsOptions {
  /** Which of the two files is read; of generated ones, `test` are other tweets than `train`. */
  readonly split: 'train' | 'test';
  /** Applied to each text before anything else, such as to leave out links. Default: as it is. */
  readonly rewrite?: (text: string) => string;
  /** What becomes of characters that are not ASCII. Default `map`. */
  readonly nonAscii?: NonAsciiRule;
  /** Where neither file is there, gives generated tweets, plainly labelled. Default false. */
  readonly synthetic?: boolean;
  /** Puts the tweets in an order of this seed before `limit`; also generates the synthetic ones. */
  readonly seed?: number;
  /** At most so many tweets. Default: all. */
  readonly limit?: number;
}

const CLASS_NAMES = ['negative', 'positive'];
const TEXT_COLUMNS = ['tweet', 'text', 'message'];
const LABEL_COLUMNS = ['sentiment', 'label', 'target', 'class'];

/**
 * The tweets of CS480's assignment 5, negative (0) or positive (1), as sequences of ASCII characters.
 *
 * From `data/tweets/tweets_train.csv` and `tweets_test.csv`, which cannot be redistributed (see
 * `data/README.md`): tweet and 0 or 1, with or without a header.
 *
 * @throws DataError where there is no file, and naming file and line for a row that is no labelled tweet
 */
export async function tweets(options: TweetsOptions): Promise<TweetSet> {
  const {
    split,
    rewrite = (text: string) => text,
    nonAscii = 'map',
    synthetic = false,
    seed,
    limit,
    ...unknown
  } = optionsOf('tweets', options);
  refuseUnknown('tweets', unknown);
  checkFunctions({ rewrite }, DataError);
  checkFlags({ synthetic }, DataError);
  if (limit !== undefined) checkCounts({ limit }, DataError);
  if (split !== 'train' && split !== 'test') {
    throw new DataError(`unknown split of tweets: ${split} (known: train, test)`);
  }
  const file = tweetFile(split);
  const useSynthetic =
    synthetic && !existsSync(tweetFile('train')) && !existsSync(tweetFile('test'));
  if (!useSynthetic && !existsSync(file)) {
    throw new DataError(
      `tweets need the file ${file}, which is not there and cannot be redistributed ` +
        `(${TWEETS_ORIGIN}; \`synthetic: true\` gives a generated stand-in)`,
    );
  }
  const labelled = useSynthetic
    ? syntheticTweets({ split, seed, count: limit })
    : await readTweets(file);
  const rewritten = labelled.map(({ text, label }) => ({ text: rewrite(text), label }));
  const source = useSynthetic ? 'synthetic' : dataSource(file);
  const set = tweetSet(rewritten, source, split, nonAscii);
  const ordered = seed === undefined ? set : shuffled(set, { seed });
  return limit === undefined ? ordered : selectFirst(ordered, limit);
}

/** For people who have none of the files. */
export const TWEETS_ORIGIN = 'assignment 5 of CS480 came with them';

/** Where the file of a split belongs. */
export function tweetFile(split: TweetsOptions['split']): string {
  return join(dataFolder(), 'tweets', `tweets_${split}.csv`);
}

/** Reads a CSV file of tweets and their labels. */
export async function readTweets(file: string): Promise<LabelledTweet[]> {
  const rows = await readCsv(file);
  const header = headerColumns(file, rows[0]);
  const body = header ? rows.slice(1) : rows;
  if (body.length === 0) throw new DataError(`${file}: expected tweets, found only a header`);
  const { text, label, count } = header ?? { text: 0, label: 1, count: 2 };
  return body.map(({ line, fields }) => {
    if (fields.length !== count) {
      const hint =
        fields.length === SENTIMENT140.columns.length
          ? '; textSet reads Sentiment140’s own files'
          : '';
      throw new DataError(
        `${file}:${line}: expected ${count} columns, found ${fields.length} (${found(fields.join())}${hint})`,
      );
    }
    const id = fields[label].trim();
    if (id !== '0' && id !== '1') {
      throw new DataError(`${file}:${line}: expected the label 0 or 1, ${found(fields[label])}`);
    }
    return { text: fields[text], label: Number(id) };
  });
}

interface Columns {
  readonly text: number;
  readonly label: number;
  readonly count: number;
}

/** Where a header puts the columns; undefined if the first row is a tweet already. */
function headerColumns(file: string, { line, fields }: CsvRow): Columns | undefined {
  const names = fields.map((field) => field.trim().toLowerCase());
  const [text, label] = [TEXT_COLUMNS, LABEL_COLUMNS].map((known) =>
    names.findIndex((name) => known.includes(name)),
  );
  const isTweet = names.includes('0') || names.includes('1');
  if (isTweet || (text < 0 && label < 0)) return undefined;
  if (text < 0 || label < 0) {
    throw new DataError(
      `${file}:${line}: expected the columns ${TEXT_COLUMNS[0]} and ${LABEL_COLUMNS[0]}, ` +
        found(fields.join()),
    );
  }
  return { text, label, count: fields.length };
}

function tweetSet(
  labelled: readonly LabelledTweet[],
  source: string,
  split: string,
  rule: NonAsciiRule,
): TweetSet {
  const { numCharacters, numTexts, ...sequences } = asciiSequences(
    labelled.map(({ text }) => text),
    rule,
  );
  return {
    name: `tweets ${split}`,
    source,
    ...sequences,
    labels: Uint8Array.from(labelled, ({ label }) => label),
    classNames: CLASS_NAMES,
    nonAscii: { numCharacters, numTexts, rule },
  };
}
