/** A question of Galaxy Zoo 2's decision tree. */
export interface GalaxyQuestion {
  /** Its columns are `Class<number>.1`, `Class<number>.2`, … */
  readonly number: number;
  readonly text: string;
  /** The column of the answer that leads here, whose probability its answers share; none: all of 1. */
  readonly parent?: string;
  readonly answers: readonly string[];
}

/**
 * Galaxy Zoo 2's decision tree (Willett et al. 2013, table 2) with the probabilities of Kaggle's
 * Galaxy Challenge: those of a question's answers add up to that of the answer that led to it.
 */
export const GALAXY_QUESTIONS: readonly GalaxyQuestion[] = [
  {
    number: 1,
    text: 'Is the galaxy simply smooth and rounded, with no sign of a disk?',
    answers: ['smooth', 'features or disk', 'star or artifact'],
  },
  {
    number: 2,
    text: 'Could this be a disk viewed edge-on?',
    parent: 'Class1.2',
    answers: ['edge-on disk', 'not edge-on'],
  },
  {
    number: 3,
    text: 'Is there a sign of a bar feature through the centre?',
    parent: 'Class2.2',
    answers: ['bar', 'no bar'],
  },
  {
    number: 4,
    text: 'Is there any sign of a spiral arm pattern?',
    parent: 'Class2.2',
    answers: ['spiral arms', 'no spiral arms'],
  },
  {
    number: 5,
    text: 'How prominent is the central bulge?',
    parent: 'Class2.2',
    answers: ['no bulge', 'bulge just noticeable', 'obvious bulge', 'dominant bulge'],
  },
  { number: 6, text: 'Is there anything odd?', answers: ['odd', 'nothing odd'] },
  {
    number: 7,
    text: 'How rounded is it?',
    parent: 'Class1.1',
    answers: ['completely round', 'in between', 'cigar-shaped'],
  },
  {
    number: 8,
    text: 'What is the odd feature?',
    parent: 'Class6.1',
    answers: ['ring', 'lens or arc', 'disturbed', 'irregular', 'other', 'merger', 'dust lane'],
  },
  {
    number: 9,
    text: 'What shape is the bulge of the edge-on disk?',
    parent: 'Class2.1',
    answers: ['rounded bulge', 'boxy bulge', 'edge-on without bulge'],
  },
  {
    number: 10,
    text: 'How tightly wound are the spiral arms?',
    parent: 'Class4.1',
    answers: ['tight arms', 'medium arms', 'loose arms'],
  },
  {
    number: 11,
    text: 'How many spiral arms are there?',
    parent: 'Class4.1',
    answers: [
      '1 arm',
      '2 arms',
      '3 arms',
      '4 arms',
      'more than 4 arms',
      "number of arms can't be told",
    ],
  },
];

/** The 37 columns, `Class1.1` … `Class11.6`, in the order of the solutions file. */
export const GALAXY_COLUMNS: readonly string[] = GALAXY_QUESTIONS.flatMap(({ number, answers }) =>
  answers.map((_, i) => `Class${number}.${i + 1}`),
);

/** What each column says, in words. */
export const GALAXY_ANSWERS: readonly string[] = GALAXY_QUESTIONS.flatMap(({ answers }) => answers);

/** The answers to the first question. */
export const GALAXY_TYPES: readonly string[] = GALAXY_QUESTIONS[0].answers;

/** Ends of the tree that exclude each other: the probabilities of these columns add up to 1. */
const LEAVES: Readonly<Record<string, string>> = {
  'Class7.1': 'smooth, completely round',
  'Class7.2': 'smooth, in between',
  'Class7.3': 'smooth, cigar-shaped',
  'Class9.1': 'edge-on disk, rounded bulge',
  'Class9.2': 'edge-on disk, boxy bulge',
  'Class9.3': 'edge-on disk, no bulge',
  'Class10.1': 'spiral, tight arms',
  'Class10.2': 'spiral, medium arms',
  'Class10.3': 'spiral, loose arms',
  'Class4.2': 'disk without arms',
  'Class1.3': 'star or artifact',
};

/** The leaves of the tree in words. */
export const GALAXY_LEAVES: readonly string[] = Object.values(LEAVES);

const LEAF_COLUMNS = Object.keys(LEAVES).map((column) => GALAXY_COLUMNS.indexOf(column));

/**
 * The most probable answer to the first question: an index of `GALAXY_TYPES`; undefined where what is
 * unknown (NaN) may be more.
 */
export function galaxyType(probabilities: ArrayLike<number>): number | undefined {
  return indexOfLargest([0, 1, 2].map((column) => probabilities[column]));
}

/**
 * The most probable leaf of the tree: an index of `GALAXY_LEAVES`; undefined where what is unknown
 * (NaN) may be more.
 */
export function galaxyLeaf(probabilities: ArrayLike<number>): number | undefined {
  return indexOfLargest(LEAF_COLUMNS.map((column) => probabilities[column]));
}

/**
 * What is wrong with 37 probabilities: out of [0, 1], or answers that do not add up.
 *
 * @param partial whether some may be unknown, NaN: the known answers then add up to at most their share
 */
export function treeProblem(
  probabilities: ArrayLike<number>,
  tolerance = 1e-3,
  partial = false,
): string | undefined {
  const isUnknown = (value: number) => partial && Number.isNaN(value);
  for (let i = 0; i < GALAXY_COLUMNS.length; i++) {
    const value = probabilities[i];
    if (!isUnknown(value) && !(value >= -tolerance && value <= 1 + tolerance)) {
      return `${GALAXY_COLUMNS[i]}: expected a probability, found ${value}`;
    }
  }
  let first = 0;
  for (const { number, parent, answers } of GALAXY_QUESTIONS) {
    const shares = answers.map((_, i) => probabilities[first + i]);
    const known = shares.filter((share) => !isUnknown(share));
    const sum = known.reduce((total, share) => total + share, 0);
    const share = parent ? probabilities[GALAXY_COLUMNS.indexOf(parent)] : 1;
    const expected = isUnknown(share) ? 1 : share;
    const isWhole = known.length === shares.length && !isUnknown(share);
    if (isWhole ? Math.abs(sum - expected) > tolerance : sum > expected + tolerance) {
      const whole = parent ? `${share} (${parent})` : '1';
      const much = isWhole ? '' : 'at most ';
      return `Class${number}: expected answers that add up to ${much}${whole}, found ${sum}`;
    }
    first += answers.length;
  }
  return undefined;
}

/** Columns in words as short as may be: `Class3` where all its answers are among them. */
export function columnNames(columns: readonly string[]): string {
  return GALAXY_QUESTIONS.flatMap(({ number, answers }) => {
    const all = answers.map((_, i) => `Class${number}.${i + 1}`);
    const among = all.filter((column) => columns.includes(column));
    return among.length === all.length ? [`Class${number}`] : among;
  }).join(', ');
}

/** Of shares of 1; undefined where those that are NaN may add up to more than the largest. */
function indexOfLargest(shares: readonly number[]): number | undefined {
  const known = shares.filter((share) => !Number.isNaN(share));
  const largest = Math.max(...known);
  const rest = 1 - known.reduce((sum, share) => sum + share, 0);
  if (known.length < shares.length && !(largest > rest)) return undefined;
  return shares.indexOf(largest);
}
