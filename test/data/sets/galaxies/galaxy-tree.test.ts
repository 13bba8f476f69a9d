import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../../../lib/notegrad/src/data/random';
import { drawGalaxy, voteOn } from '../../../../lib/notegrad/src/data/sets/galaxies/galaxy-model';
import {
  columnNames,
  GALAXY_ANSWERS,
  GALAXY_COLUMNS,
  GALAXY_LEAVES,
  GALAXY_TYPES,
  galaxyLeaf,
  galaxyType,
  treeProblem,
} from '../../../../lib/notegrad/src/data/sets/galaxies/galaxy-tree';

/** 37 zeros but for these columns. */
const probabilities = (values: Record<string, number>) =>
  GALAXY_COLUMNS.map((column) => values[column] ?? 0);

/** A spiral of two medium arms that everybody agrees on. */
const spiral = {
  'Class1.2': 1,
  'Class2.2': 1,
  'Class3.2': 1,
  'Class4.1': 1,
  'Class5.2': 1,
  'Class6.2': 1,
  'Class10.2': 1,
  'Class11.2': 1,
};

test('the tree has the 37 columns of the solutions file, each with its words', () => {
  assert.is(GALAXY_COLUMNS.length, 37);
  assert.is(GALAXY_ANSWERS.length, 37);
  assert.equal(
    [GALAXY_COLUMNS[0], GALAXY_COLUMNS[13], GALAXY_COLUMNS[36]],
    ['Class1.1', 'Class6.1', 'Class11.6'],
  );
  assert.is(GALAXY_ANSWERS[GALAXY_COLUMNS.indexOf('Class8.6')], 'merger');
  assert.is(GALAXY_ANSWERS[GALAXY_COLUMNS.indexOf('Class11.5')], 'more than 4 arms');
});

test('type and leaf are the most probable ones', () => {
  assert.is(GALAXY_TYPES[galaxyType(probabilities(spiral))!], 'features or disk');
  assert.is(GALAXY_LEAVES[galaxyLeaf(probabilities(spiral))!], 'spiral, medium arms');
  const smooth = probabilities({
    'Class1.1': 0.6,
    'Class7.3': 0.6,
    'Class1.2': 0.4,
    'Class2.1': 0.4,
  });
  assert.is(GALAXY_TYPES[galaxyType(smooth)!], 'smooth');
  assert.is(GALAXY_LEAVES[galaxyLeaf(smooth)!], 'smooth, cigar-shaped');
});

test('probabilities that fit the tree are sound', () => {
  assert.is(treeProblem(probabilities(spiral)), undefined);
  assert.is(treeProblem(probabilities({ ...spiral, 'Class1.2': 0.9995 })), undefined);
});

test('probabilities out of range, or answers that do not add up, are named', () => {
  assert.is(
    treeProblem(probabilities({ ...spiral, 'Class7.1': -0.1 })),
    'Class7.1: expected a probability, found -0.1',
  );
  assert.is(
    treeProblem(probabilities({ ...spiral, 'Class7.1': Number.NaN })),
    'Class7.1: expected a probability, found NaN',
  );
  assert.is(
    treeProblem(probabilities({ ...spiral, 'Class1.1': 0.5 })),
    'Class1: expected answers that add up to 1, found 1.5',
  );
  assert.is(
    treeProblem(probabilities({ ...spiral, 'Class11.2': 0.5 })),
    'Class11: expected answers that add up to 1 (Class4.1), found 0.5',
  );
});

test('what is unknown is left out of the checks, but known answers are no more than their share', () => {
  const unknown = { 'Class11.1': Number.NaN, 'Class11.2': Number.NaN };
  assert.is(treeProblem(probabilities({ ...spiral, ...unknown }), 1e-3, true), undefined);
  assert.is(
    treeProblem(probabilities({ ...spiral, ...unknown, 'Class11.3': 1.1 }), 1e-3, true),
    'Class11.3: expected a probability, found 1.1',
  );
  assert.is(
    treeProblem(
      probabilities({ ...spiral, ...unknown, 'Class11.3': 0.7, 'Class11.4': 0.7 }),
      1e-3,
      true,
    ),
    'Class11: expected answers that add up to at most 1 (Class4.1), found 1.4',
  );
  const withoutParent = { ...spiral, 'Class4.1': Number.NaN, 'Class4.2': Number.NaN };
  assert.is(treeProblem(probabilities(withoutParent), 1e-3, true), undefined);
  assert.is(
    treeProblem(
      GALAXY_COLUMNS.map(() => Number.NaN),
      1e-3,
      true,
    ),
    undefined,
  );
});

test('a class is told where no unknown answer can be more probable, and else is none', () => {
  const rest = { 'Class9.1': Number.NaN, 'Class10.1': Number.NaN, 'Class4.2': Number.NaN };
  assert.is(
    GALAXY_LEAVES[galaxyLeaf(probabilities({ 'Class7.1': 0.6, ...rest }))!],
    'smooth, completely round',
  );
  assert.is(galaxyLeaf(probabilities({ 'Class7.1': 0.4, 'Class7.2': 0.1, ...rest })), undefined);
  assert.is(galaxyType(probabilities({ 'Class1.1': 0.4, 'Class1.2': Number.NaN })), undefined);
  assert.is(
    galaxyType(probabilities({ 'Class1.1': 0.2, 'Class1.2': 0.6, 'Class1.3': Number.NaN })),
    1,
  );
  assert.is(galaxyType(GALAXY_COLUMNS.map(() => Number.NaN)), undefined);
});

test('columns are named by their question where all its answers are among them', () => {
  const columns = ['Class3.1', 'Class3.2', 'Class5.2', 'Class11.6'];
  assert.is(columnNames(columns), 'Class3, Class5.2, Class11.6');
});

test('the votes on 2,000 generated galaxies fit the tree, and mostly tell what was drawn', () => {
  let right = 0;
  for (let i = 0; i < 2000; i++) {
    const rng = random(7, i);
    const galaxy = drawGalaxy(rng);
    const votes = voteOn(galaxy, rng);
    assert.is(votes.length, 37);
    assert.is(treeProblem(votes, 1e-5), undefined);
    if (['smooth', 'disk', 'star'][galaxyType(votes)!] === galaxy.kind) right++;
  }
  assert.ok(right > 1800 && right < 2000, `${right} of 2000`);
});

test.run();
