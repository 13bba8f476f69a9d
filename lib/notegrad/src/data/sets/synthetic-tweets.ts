import { DataError } from '../../errors';
import type { Seeded } from '../../seeded';
import { type Random, random } from '../random';
import type { LabelledTweet } from './labelled-tweet';

export interface SyntheticTweetsOptions extends Seeded {
  /** Train and test are different tweets. */
  readonly split: 'train' | 'test';
  /** Default: 50,000 of train, 5,000 of test. */
  readonly count?: number;
  /** The share of tweets whose label is turned round: nobody can do better than 1 − this. Default 0.1. */
  readonly labelNoise?: number;
}

/**
 * Tweets from a small grammar: what happened, how it felt, and the mentions, tags, emoticons and
 * misspellings around it. Feeling words carry the label, now and then against an opposite clause.
 */
export function syntheticTweets({
  split,
  seed = 0,
  count = split === 'train' ? 50_000 : 5_000,
  labelNoise = 0.1,
}: SyntheticTweetsOptions): LabelledTweet[] {
  if (!(labelNoise >= 0 && labelNoise <= 1)) {
    throw new DataError(`invalid labelNoise: ${labelNoise} (expected 0 … 1)`);
  }
  const rng = random(seed, split === 'train' ? 0 : 1);
  return Array.from({ length: count }, () => {
    const mood = rng.integer(2);
    const text = writtenHastily(sentence(mood, rng), rng);
    return { text, label: rng.uniform() < labelNoise ? 1 - mood : mood };
  });
}

/** Words by mood: 0 negative, 1 positive. */
const FEELINGS = [
  ['so sad', 'really tired', 'kinda sick', 'so bored', 'totally lost', 'not happy', 'stressed'],
  [
    'so happy',
    'really excited',
    'kinda proud',
    'so relaxed',
    'totally in love',
    'not sad',
    'stoked',
  ],
];
const VERBS = [
  ['hate', 'miss', 'am sick of', "can't stand", 'already regret', "don't like"],
  ['love', 'enjoy', "can't wait for", 'am so into', 'really like', "won't ever forget"],
];
const VERDICTS = [
  ['sucks', 'is the worst', 'was awful', 'broke my heart', 'made me cry', 'was a letdown'],
  ['rocks', 'is the best', 'was awesome', 'made my day', 'made me smile', 'was a blast'],
];
const CLOSINGS = [
  [':(', ':-(', 'ugh', 'boo', 'noooo', ":'(", 'fml', 'sigh'],
  [':)', ':-)', 'yay', 'woot', 'haha', ':D', '<3', 'thanks!'],
];
const THINGS = [
  'the new phone',
  'this weather',
  'my job',
  'that movie',
  'the game last night',
  'my hair',
  'school',
  'this song',
  'monday',
  'the beach',
  'coffee',
  'my math homework',
  'the train',
  'our concert',
  'dinner with the family',
  'the last episode',
];
const OPENERS = [
  '',
  '',
  '',
  'just woke up.',
  'omg',
  'well..',
  'lol',
  'ok so',
  'good morning!',
  'hey',
];
const TAGS = ['#fb', '#music', '#fail', '#squarespace', '#followfriday', '#mondays'];
const SYLLABLES = ['ka', 'lu', 'mi', 'zo', 'ra', 'ti', 'ben', 'jo', 'el', 'sam', 'dee', 'nic'];

function sentence(mood: number, rng: Random): string {
  const pick = <T>(choices: readonly T[]): T => choices[rng.integer(choices.length)];
  const chance = (probability: number) => rng.uniform() < probability;
  const clause = (of: number) =>
    pick([
      () => `i ${pick(VERBS[of])} ${pick(THINGS)}`,
      () => `${pick(THINGS)} ${pick(VERDICTS[of])}`,
      () => `i'm ${pick(FEELINGS[of])} about ${pick(THINGS)}`,
      () => `feeling ${pick(FEELINGS[of])} today`,
    ])();
  const name = () => `${pick(SYLLABLES)}${pick(SYLLABLES)}${chance(0.4) ? rng.integer(100) : ''}`;
  const what = chance(0.25) ? `${clause(1 - mood)} but ${clause(mood)}` : clause(mood);
  return [
    chance(0.35) ? `@${name()}` : '',
    pick(OPENERS),
    `${what}${pick(['', '.', '!', '!!', '...', ', seriously', ' right now'])}`,
    chance(0.4) ? pick(CLOSINGS[mood]) : '',
    chance(0.15) ? pick(TAGS) : '',
    chance(0.1) ? `http://bit.ly/${name()}` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Some shout, some stretch a vowel, some leave out an apostrophe or a letter. */
function writtenHastily(text: string, rng: Random): string {
  const style = rng.integer(12);
  if (style === 0) return text.toUpperCase();
  if (style === 1) return text.replace(/[aeou](?= )/, (vowel) => vowel.repeat(2 + rng.integer(3)));
  if (style === 2) return text.replaceAll("'", '');
  if (style < 5) {
    const at = rng.integer(text.length);
    return text.slice(0, at) + text.slice(at + 1);
  }
  return text;
}
