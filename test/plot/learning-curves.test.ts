import type { Plot } from 'nodeplotlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Figure } from '../../lib/notegrad/src/plot/figure';
import { COLORS } from '../../lib/notegrad/src/plot/house-style';
import { learningCurves } from '../../lib/notegrad/src/plot/learning-curves';
import { png } from '../../lib/notegrad/src/plot/png';
import { prepare } from '../../lib/notegrad/src/plot/prepare';
import type { RunHistory } from '../../lib/notegrad/src/plot/run-lines';
import { decodePng } from '../support/pixels';

const STEPS_AN_EPOCH = 50;

/** A run of ten epochs whose loss at a step is given. */
function run(lossAt: (step: number) => number): RunHistory {
  const loss = Array.from({ length: 10 * STEPS_AN_EPOCH }, (_, step) => lossAt(step));
  const byEpoch = Array.from({ length: 10 }, (_, epoch) => {
    const own = loss.slice(epoch * STEPS_AN_EPOCH, (epoch + 1) * STEPS_AN_EPOCH);
    return own.reduce((sum, value) => sum + value, 0) / STEPS_AN_EPOCH;
  });
  return {
    steps: { loss },
    epochs: { loss: byEpoch, validationLoss: byEpoch.map((v) => v + 0.1) },
  };
}

const calm = run((step) => 0.5 + Math.exp(-step / 100));
const slow = run((step) => 0.5 + Math.exp(-step / 300));
const diverged = run((step) => (step < 100 ? 1e4 : 2));
const broken = run((step) => (step < 200 ? 1 : Number.NaN));

const TEXT = { title: 'curves', yLabel: 'cross-entropy (nats)' };

const named = ({ data }: Figure, name: string): Plot =>
  data.find((trace) => trace.name === name && trace.x?.[0] !== null) as Plot;
const yOf = (figure: Figure, name: string) => named(figure, name).y as number[];
const assertClose = (drawn: number, given: number) =>
  assert.ok(Math.abs(drawn - given) <= 1e-4 * Math.abs(given), `${drawn} for ${given}`);
const notes = ({ layout }: Figure) => (layout.annotations ?? []).map(({ text }) => text);

test('against epochs, training and validation values stand at the end of their epoch', () => {
  const figure = learningCurves({ ...TEXT, runs: { calm } });
  assert.equal(named(figure, 'calm').x, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assertClose(yOf(figure, 'calm')[0], calm.epochs.loss[0]);
  assert.is(yOf(figure, 'calm, validation').length, 10);
});

test('against steps, the mean is drawn over the faint raw curve, validation at the ends of epochs', () => {
  const figure = learningCurves({ ...TEXT, runs: { calm }, against: 'steps', smoothing: 10 });
  assertClose(yOf(figure, 'calm, raw')[99], calm.steps.loss[99]);
  const mean = calm.steps.loss.slice(90, 100).reduce((sum, value) => sum + value) / 10;
  assertClose(yOf(figure, 'calm')[99], mean);
  assert.equal((named(figure, 'calm, validation').x as number[]).slice(0, 2), [50, 100]);
  assert.is(figure.data[0].name, 'calm, raw');
});

test('without smoothing there is the raw curve alone', () => {
  const figure = learningCurves({ ...TEXT, runs: { calm }, against: 'steps', smoothing: 1 });
  assert.is(named(figure, 'calm, raw'), undefined);
  assertClose(yOf(figure, 'calm')[7], calm.steps.loss[7]);
});

test('a diverged run that is cut does not hide the rest, and the figure says how far it went', async () => {
  const runs = { calm, slow, 'Adam 1': diverged };
  const figure = learningCurves({ ...TEXT, runs, diverged: 'cut' });
  const [low, high] = figure.layout.yaxis?.range ?? [];
  assert.is(low, 0);
  assert.ok((high as number) > 2 && (high as number) < 2.5, `${high}`);
  assert.equal(notes(figure), ['Adam 1: beyond this scale, up to 10,000']);
  const pixels = await decodePng(png(figure));
  for (const color of COLORS.slice(0, 3)) assert.ok(pixels.count(color, 20) > 300, color);
});

test('a diverged run has a panel of its own, below, over the same steps', async () => {
  const runs = { calm, 'Adam 1': diverged, slow };
  for (const against of ['steps', 'epochs', 'both'] as const) {
    const figure = learningCurves({ ...TEXT, runs, against });
    const numColumns = against === 'both' ? 2 : 1;
    const panelsOf = (name: string) =>
      figure.data.filter((t) => t.name === name && t.x?.[0] !== null).map(({ yaxis }) => yaxis);
    const panels = (from: number) =>
      Array.from({ length: numColumns }, (_, i) => (from + i === 0 ? 'y' : `y${from + i + 1}`));
    for (const name of ['calm', 'slow']) assert.equal(panelsOf(name), panels(0), against);
    assert.equal(panelsOf('Adam 1'), panels(numColumns), against);
    const layout = figure.layout as unknown as Record<string, { matches?: string; type?: string }>;
    assert.is(layout[`xaxis${numColumns + 1}`].matches, 'x');
    assert.is(layout[`yaxis${numColumns + 1}`].type, 'log');
    assert.equal(notes(figure), ['diverged, on a scale of its own: Adam 1']);
    const pixels = await decodePng(png(figure));
    for (const color of COLORS.slice(0, 3)) assert.ok(pixels.count(color, 20) > 300, color);
  }
});

test('several histories of a run are its seeds: their mean is drawn, with a band', () => {
  const seeds = [0, 0.1, 0.5].map((shift) => run((step) => shift + Math.exp(-step / 100)));
  for (const against of ['steps', 'epochs'] as const) {
    const figure = learningCurves({ ...TEXT, runs: { sgd: seeds, calm }, against, smoothing: 1 });
    const values = seeds.map(({ steps, epochs }) =>
      against === 'steps' ? steps.loss : epochs.loss,
    );
    const mean = values[0].map((_, i) => values.reduce((sum, own) => sum + own[i], 0) / 3);
    yOf(figure, 'sgd').forEach((value, i) => {
      assertClose(value, mean[i]);
    });
    const band = named(figure, 'band').y as number[];
    const deviation = Math.sqrt((0.2 ** 2 + 0.1 ** 2 + 0.3 ** 2) / 2);
    assert.is(band.length, 2 * mean.length);
    mean.forEach((value, i) => {
      assertClose(band[i], value + deviation);
      assertClose(band[band.length - 1 - i], value - deviation);
    });
    assert.equal(notes(figure), ['bands: mean ± standard deviation over 3 seeds']);
  }
  assert.throws(() => learningCurves({ ...TEXT, runs: { none: [] } }), 'run none has no seed');
  const short = { steps: { loss: [1] }, epochs: { loss: [1] } };
  assert.throws(
    () => learningCurves({ ...TEXT, runs: { sgd: [calm, short] } }),
    'the seeds of run sgd differ in length: 10 and 1 values',
  );
});

test('the legend names the faint curves', () => {
  const { data } = learningCurves({ ...TEXT, runs: { calm }, against: 'steps' });
  assert.equal(
    data.filter(({ showlegend }) => showlegend).map(({ name }) => name),
    ['training, running mean', 'training, each step', 'validation'],
  );
});

test('runs of a like size are shown whole, whatever their scale', () => {
  const small = run((step) => 1e-6 * (2 + Math.cos(step)));
  const sets: Record<string, RunHistory>[] = [{ calm, slow }, { small }, { calm }];
  for (const runs of sets) {
    const { layout } = learningCurves({ ...TEXT, runs });
    assert.is(layout.yaxis?.range, undefined);
  }
});

test('a run that is no longer finite is drawn as far as it went, with a note', () => {
  const figure = learningCurves({ ...TEXT, runs: { calm, broken } });
  assert.equal(yOf(figure, 'broken').map(Number.isFinite).lastIndexOf(true), 3);
  const stored = prepare(figure).data.map((trace) => JSON.stringify(trace));
  assert.ok(stored.some((json) => json.includes('"y":[1,1,1,1,null,')));
  assert.equal(notes(figure), ['broken: not finite where its curve is interrupted']);
  const all = run(() => Number.NaN);
  assert.type(png(learningCurves({ ...TEXT, runs: { all, calm } })).length, 'number');
});

test('both axes are two panels that share the scale of their values', () => {
  const { data, layout } = learningCurves({ ...TEXT, runs: { calm }, against: 'both' });
  assert.equal([...new Set(data.map(({ xaxis }) => xaxis))], ['x', 'x2', undefined]);
  assert.is((layout.yaxis2 as { matches?: string }).matches, 'y');
});

test('a long run is thinned to what can be seen, its extremes kept', () => {
  const loss = Array.from({ length: 20_000 }, (_, i) => (i === 12_345 ? 9 : Math.sin(i)));
  const runs = { long: { steps: { loss }, epochs: { loss: [1] } } };
  const figure = learningCurves({ ...TEXT, runs, against: 'steps' });
  const raw = yOf(figure, 'long, raw');
  assert.ok(raw.length <= 502, `${raw.length}`);
  assert.is(Math.max(...raw), 9);
  assert.ok(JSON.stringify(prepare(figure)).length < 40_000);
});

test('other metrics are plotted by the names that they have in the history', () => {
  const runs = {
    cnn: { steps: { loss: [1] }, epochs: { loss: [1], accuracy: [0.9], test: [0.8] } },
  };
  const options = { ...TEXT, runs, training: 'accuracy', validation: 'test' };
  const figure = learningCurves(options);
  assert.equal(yOf(figure, 'cnn'), [0.9]);
  assert.equal(yOf(figure, 'cnn, validation'), [0.8]);
  assert.throws(
    () => learningCurves({ ...options, against: 'steps' }),
    'accuracy is known by epoch only',
  );
  assert.throws(
    () => learningCurves({ ...options, training: 'f1' }),
    'run cnn has no f1 by epoch (it has loss, accuracy, test)',
  );
});

test('beside another metric no validation loss is drawn', () => {
  const epochs = { loss: [2], validationLoss: [3], validationAccuracy: [0.9] };
  const runs = { cnn: { steps: { loss: [2] }, epochs } };
  const { data, alt } = learningCurves({ ...TEXT, runs, training: 'validationAccuracy' });
  assert.equal(
    data.map(({ name }) => name),
    ['cnn', 'cnn'],
  );
  assert.not.match(String(alt), 'validation 3');
});

test('what is not drawn of the runs is named in a note, and a named validation must be there', () => {
  const notes = (figure: ReturnType<typeof learningCurves>) =>
    figure.layout.annotations
      ?.map(({ text }) => text)
      .filter((text) => text?.includes('not drawn'));
  const epochs = { loss: [2], seconds: [1], validationLoss: [3], accuracy: [0.9], f1: [0.8] };
  const runs = { cnn: { steps: { loss: [2] }, epochs } };
  assert.equal(notes(learningCurves({ ...TEXT, runs })), ['not drawn: accuracy, f1']);
  const ofAccuracy = learningCurves({ ...TEXT, runs, training: 'accuracy', validation: 'f1' });
  assert.equal(notes(ofAccuracy), ['not drawn: loss, validationLoss']);
  const { accuracy, f1, ...losses } = epochs;
  const plain = { cnn: { steps: { loss: [2] }, epochs: losses } };
  assert.equal(notes(learningCurves({ ...TEXT, runs: plain })), []);
  assert.throws(
    () => learningCurves({ ...TEXT, runs: plain, validation: 'valLoss' }),
    'run cnn has no valLoss by epoch (it has loss, seconds, validationLoss)',
  );
});

test('curves without values are refused', () => {
  const empty = { steps: { loss: [] }, epochs: { loss: [] } };
  const of = (runs: Record<string, RunHistory>, against: 'steps' | 'epochs') => () =>
    learningCurves({ ...TEXT, runs, against });
  assert.throws(of({}, 'epochs'), 'learning curves of no run');
  assert.throws(of({ a: empty }, 'epochs'), 'run a has no epoch to plot');
  assert.throws(of({ a: empty }, 'steps'), 'run a has no step to plot');
  assert.throws(
    () => learningCurves({ ...TEXT, runs: { calm }, smoothing: 0 }),
    'invalid smoothing: 0',
  );
  const zero = run(() => 0);
  assert.throws(
    () => learningCurves({ ...TEXT, runs: { zero }, yScale: 'log' }),
    "a log scale cannot show 0: use yScale: 'linear'",
  );
});

test.run();
