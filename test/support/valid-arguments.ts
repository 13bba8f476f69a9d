import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as notegrad from '../../lib/notegrad/src';
import { randomImages } from './image-sets';
import { temporaryFolder } from './temporary-folder';

const { tf } = notegrad;
const files = temporaryFolder();
mkdirSync(join(files, 'img', 'a'), { recursive: true });
writeFileSync(join(files, 't.csv'), 'label,a,b\n1,2,3\n0,3,4\n1,4,5\n');
writeFileSync(join(files, 'i.csv'), 'label,a,b,c,d\n1,2,3,4,5\n0,3,4,5,6\n');
writeFileSync(join(files, 'text.csv'), 'label,text\n1,hello\n0,there\n');

const images = () => randomImages(12, 8);
const small = () => notegrad.mlp({ inputShape: [2], hiddenSizes: [3], numClasses: 2 });
const x2 = () =>
  tf.tensor2d([
    [1, 2],
    [3, 4],
    [5, 7],
  ]);
const y1 = () => tf.tensor1d([0, 1, 1], 'int32');
const logits = () =>
  tf.tensor2d([
    [1, 2],
    [3, 4],
    [5, 7],
  ]);
const seq = () => ({
  name: 's',
  source: 't',
  ids: Uint8Array.from([1, 2, 3, 4, 5, 6]),
  offsets: Uint32Array.from([0, 2, 4, 6]),
  labels: Uint8Array.from([0, 1, 0]),
  classNames: ['a', 'b'],
  vocabularySize: 128,
  characters: Uint8Array.from([1, 2, 3, 4, 5, 6]),
});
const tab = () => ({
  name: 't',
  source: 't',
  values: Float32Array.from([1, 2, 3, 4, 5, 6]),
  shape: [3, 2],
  columns: [{ name: 'a' }, { name: 'b' }],
  labels: Uint8Array.from([0, 1, 0]),
  classNames: ['a', 'b'],
});
const text = { title: 't', xLabel: 'x', yLabel: 'y' };
const g = () =>
  notegrad.gaussianOf([
    [0, 1],
    [1, 0],
    [2, 2.5],
    [3, 1],
  ]);
const vaeOut = () => notegrad.denseVae({ inputShape: [2, 2, 1], hiddenSizes: [3], latentDim: 2 });
/** Arguments that each public function takes; made anew for each call, as some are changed. */
export const validArguments: Readonly<Record<string, () => unknown[]>> = {
  profile: () => [{ quick: { a: 1 }, full: { a: 2 } }],
  duration: () => [3],
  progress: () => ['t', 3, { from: 0 }],
  expectAccuracy: () => [() => 1, { atLeast: 0.5, seeds: 1 }],
  expectClose: () => [[1], [1], { atol: 1e-3, rtol: 1e-3 }],
  expectShape: () => [x2(), [3, 2], { what: 'x' }],
  expectGradient: () => [
    (x: notegrad.tf.Tensor) => x.square().sum(),
    tf.tensor1d([1, 2]),
    [2, 4],
    { step: 1e-3, atol: 1e-2, rtol: 1e-2, maxValues: 5 },
  ],
  expectLossFalls: () => [[3, 2, 1], { below: 2 }],
  expectParameters: () => [small(), 17, { what: 'x' }],
  partialCredit: () => [{ a: { points: 1, test: () => {} } }],
  batches: () => [images(), { batchSize: 2, epoch: 1, shuffle: true, dropLast: false, seed: 1 }],
  imageTensor: () => [images(), [0, 1]],
  sequenceBatches: () => [
    seq(),
    {
      batchSize: 2,
      maxLength: 3,
      padTo: 'longest',
      multipleOf: 1,
      bucket: true,
      oneHot: false,
      epoch: 0,
      seed: 0,
    },
  ],
  tableBatches: () => [tab(), { batchSize: 2, epoch: 0, seed: 0 }],
  tableTensor: () => [tab(), { indices: [0] }],
  random: () => [1],
  fromAscii: () => [[65]],
  toAscii: () => ['a', 'map'],
  imageAt: () => [images(), 1],
  channelMoments: () => [images()],
  pixelMoments: () => [images()],
  indicesByClass: () => [images()],
  select: () => [images(), [0, 1]],
  selectClasses: () => [images(), [0, 1]],
  selectFirst: () => [images(), 2],
  selectWhere: () => [images(), () => true],
  shuffled: () => [images(), { seed: 1 }],
  sequenceAt: () => [seq(), 1],
  sequenceLengths: () => [seq()],
  columnMoments: () => [tab()],
  csvImages: () => [
    `${files}/i.csv`,
    { size: 2, channels: 1, label: 'label', scale: 1, name: 'x' },
  ],
  galaxies: () => [
    {
      folder: `${files}/none`,
      size: 64,
      crop: 207,
      labels: 'type',
      onBad: 'error',
      partial: false,
      unlabelled: false,
      synthetic: true,
      limit: 3,
      seed: 0,
      memoryLimit: 1e9,
    },
  ],
  galaxyChunks: () => [{ folder: `${files}/none`, chunk: 3, size: 64 }],
  idxSet: () => [
    { images: `${files}/none`, labels: `${files}/none`, name: 'x', transposed: false },
  ],
  imageFolder: () => [
    `${files}/img`,
    {
      size: 8,
      channels: 1,
      fit: 'crop',
      onBad: 'error',
      seed: 0,
      limit: 3,
      memoryLimit: 1e9,
      cache: false,
    },
  ],
  mnist: () => [{ split: 'test', classes: [1, 2], seed: 1, limit: 5 }],
  makeNewSample: () => [
    Float32Array.from({ length: 784 }, () => 1),
    Float32Array.from({ length: 784 }, () => 1),
  ],
  multiMnist: () => [{ split: 'test', seed: 1, limit: 5 }],
  readTable: () => [
    `${files}/t.csv`,
    {
      label: 'label',
      features: ['a'],
      types: { a: 'number' },
      missing: 'error',
      missingMarks: ['?'],
      separator: ',',
      encoding: 'utf8',
    },
  ],
  textSet: () => [
    { csv: `${files}/text.csv`, text: 'text', label: 'label', name: 'x', limit: 5, seed: 0 },
  ],
  tweets: () => [
    {
      split: 'test',
      synthetic: true,
      seed: 1,
      limit: 5,
      nonAscii: 'map',
      rewrite: (t: string) => t,
    },
  ],
  permutation: () => [3, notegrad.random(1)],
  shuffle: () => [[1, 2, 3], notegrad.random(1)],
  augmented: () => [images(), { shift: 1, flip: true, turn: true, seed: 1, epoch: 1 }],
  kFold: () => [images(), 2, { seed: 1, stratified: true }],
  inverseOrder: () => [notegrad.pixelOrder(images())],
  permuted: () => [images(), notegrad.pixelOrder(images())],
  pixelOrder: () => [images(), { seed: 1 }],
  padImages: () => [images(), 1, 0],
  resizeImages: () => [images(), 4],
  split: () => [images(), { a: 6, b: 4 }, { seed: 1, stratified: true }],
  addNoise: () => [x2(), { std: 1, seed: 1, bounds: [0, 1] }],
  denormalise: () => [x2(), { mean: 1, std: 1 }],
  normalise: () => [x2(), { mean: 1, std: 1 }],
  oneHot: () => [y1(), 2],
  charLstm: () => [
    tf.tensor2d([[1, 2]], undefined, 'int32'),
    { wIh: tf.ones([5, 8]), wHh: tf.ones([2, 8]), bias: tf.ones([8]) },
    { allSteps: false },
  ],
  live: () => [() => 1],
  compileStep: () => [(x: unknown) => x, { fuse: true }],
  restoreRandomState: () => [{ seed: 1, draws: 2 }],
  seedRandom: () => [1],
  denseAutoencoder: () => [
    {
      inputShape: [2, 2, 1],
      latentDim: 2,
      hiddenSizes: [3],
      activation: 'relu',
      embeddingActivation: 'linear',
      outputActivation: 'sigmoid',
      initialization: 'torch',
      seed: 1,
    },
  ],
  charLstmClassifier: () => [
    {
      vocabularySize: 5,
      hiddenSize: 2,
      numClasses: 2,
      inputFanIn: 3,
      forgetBias: 1,
      dropout: 0.1,
      seed: 1,
    },
  ],
  cnn: () => [
    {
      inputShape: [8, 8, 1],
      channels: [2],
      kernelSize: 3,
      padding: 'same',
      hiddenSizes: [3],
      numClasses: 2,
      initialization: 'torch',
      seed: 1,
    },
  ],
  convolutionalAutoencoder: () => [
    {
      inputShape: [8, 8, 1],
      channels: [2],
      hiddenSizes: [3],
      latentDim: 2,
      skips: false,
      initialization: 'torch',
      seed: 1,
    },
  ],
  convolutionalVae: () => [
    {
      inputShape: [8, 8, 1],
      channels: [2],
      latentDim: 2,
      batchNorm: true,
      residual: true,
      negativeSlope: 0.1,
      initialization: 'torch',
      seed: 1,
    },
  ],
  denseGan: () => [
    {
      inputShape: [8, 8, 1],
      latentDim: 2,
      numClasses: 2,
      hiddenSizes: [3],
      negativeSlope: 0.1,
      dropout: 0.1,
      initialization: 'torch',
      seed: 1,
    },
  ],
  discriminatorLoss: () => [x2(), x2()],
  generatorLoss: () => [x2()],
  chain: () => [tf.input({ shape: [2] }), [tf.layers.dense({ units: 2 })]],
  layerFactory: () => [{ initialization: 'torch', seed: 1 }],
  stack: () => ['s', [2], [tf.layers.dense({ units: 2 })]],
  binaryCrossEntropy: () => [x2(), x2(), { per: 'sample' }],
  squaredError: () => [x2(), x2(), { per: 'sample' }],
  crossEntropy: () => [y1(), logits()],
  mlp: () => [
    {
      inputShape: [2],
      hiddenSizes: [3],
      numClasses: 2,
      activation: 'relu',
      initialization: 'torch',
      seed: 1,
    },
  ],
  forward: () => [small(), x2(), { training: true }],
  predict: () => [small(), x2()],
  numParameters: () => [small()],
  partsOf: () => [small()],
  trainableVariables: () => [small()],
  multiTaskCnn: () => [
    {
      inputShape: [8, 8, 1],
      channels: [2],
      hiddenSizes: [3],
      numClassesByTask: [2, 3],
      initialization: 'torch',
      seed: 1,
    },
  ],
  ngramNaiveBayes: () => [seq(), { orders: [1, 2], smoothing: 1 }],
  residualBlock: () => [
    tf.input({ shape: [8, 8, 2] }),
    {
      name: `b${Math.random()}`,
      inputs: 2,
      outputs: 2,
      stride: 1,
      layers: notegrad.layerFactory(),
    },
  ],
  resnet: () => [
    {
      inputShape: [8, 8, 1],
      channels: [2],
      blocksPerStage: 1,
      dropout: 0.1,
      numClasses: 2,
      initialization: 'torch',
      seed: 1,
    },
  ],
  vgg11: () => [
    {
      inputShape: [32, 32, 1],
      numClasses: 2,
      hiddenSizes: [3],
      dropout: 0.1,
      initialization: 'torch',
      seed: 1,
    },
  ],
  applyStateDict: () => {
    const m = small();
    return [m, notegrad.stateDict(m), { narrow: false }];
  },
  loadStateDict: () => [small(), `${files}/none.safetensors`, { unwrap: true }],
  readStateDict: () => [`${files}/none.safetensors`, { unwrap: true }],
  saveStateDict: () => [small(), `${files}/w.safetensors`, {}],
  stateDict: () => [small(), {}],
  denseVae: () => [
    {
      inputShape: [2, 2, 1],
      hiddenSizes: [3],
      latentDim: 2,
      activation: 'relu',
      initialization: 'torch',
      seed: 1,
    },
  ],
  klDivergence: () => [{ mean: x2(), logVariance: x2() }],
  vae: () => {
    const v = vaeOut();
    return [{ encoder: v.encoder, decoder: v.decoder, latentDim: 2 }];
  },
  vaeLoss: () => {
    const x = tf.ones([3, 2, 2, 1]);
    return [x, { mean: x2(), logVariance: x2(), logits: tf.ones([3, 2, 2, 1]) }, 1];
  },
  barChart: () => [
    {
      ...text,
      categories: ['a'],
      series: { b: [1] },
      errors: { b: [1] },
      showValues: true,
      yRange: [0, 1],
    },
  ],
  confusionHeatMap: () => [
    {
      title: 't',
      counts: [
        [1, 2],
        [3, 4],
      ],
      classNames: ['a', 'b'],
    },
  ],
  filterGrid: () => [
    {
      title: 't',
      kernel: Float32Array.from({ length: 18 }, (_, i) => i),
      shape: [3, 3, 1, 2],
      inChannel: 0,
      normaliseBy: 'layer',
      columns: 2,
      scale: 4,
    },
  ],
  heatMap: () => [
    {
      ...text,
      values: [[1]],
      rowLabels: ['a'],
      columnLabels: ['b'],
      valueLabel: 'v',
      colors: 'rising',
    },
  ],
  histogram: () => [
    {
      title: 't',
      xLabel: 'x',
      series: { a: [1, 2, 3] },
      height: 'count',
      numBins: 3,
      xRange: [0, 4],
    },
  ],
  imageGrid: () => [{ title: 't', images: images(), columns: 3 }],
  latentScatter: () => [
    {
      title: 't',
      points: [
        [0, 1],
        [1, 2],
      ],
      labels: [0, 1],
      classNames: ['a', 'b'],
      xLabel: 'x',
      yLabel: 'y',
      stars: [],
      names: 'legend',
      maxPoints: 10,
      order: 'given',
      view: 'all',
      inset: false,
    },
  ],
  learningCurves: () => [
    {
      title: 't',
      runs: { a: { steps: { loss: [2, 1] }, epochs: { loss: [1.5] } } },
      yLabel: 'y',
      against: 'steps',
      training: 'loss',
      yScale: 'linear',
    },
  ],
  lines: () => [
    {
      ...text,
      series: { a: { x: [1, 2], y: [1, 2] } },
      xScale: 'linear',
      yScale: 'linear',
      xRange: [0, 1],
      yRange: [0, 1],
    },
  ],
  scatter: () => [
    {
      ...text,
      series: {
        a: [
          [0, 1],
          [1, 2],
        ],
      },
      equalAxes: true,
      names: 'legend',
      order: 'given',
      view: 'all',
      inset: false,
    },
  ],
  smallMultiples: () => [
    {
      title: 't',
      panels: { a: notegrad.lines({ ...text, series: { a: { x: [1, 2], y: [1, 2] } } }) },
      columns: 1,
      share: 'both',
      panelHeight: 200,
    },
  ],
  saveHtml: () => [
    notegrad.lines({ ...text, series: { a: { x: [1, 2], y: [1, 2] } } }),
    `${files}/f.html`,
  ],
  table: () => [
    [{ a: 1 }],
    { caption: 'c', digits: 3, decimals: { a: 1 }, maxRows: 2, columns: ['a'] },
  ],
  jensenShannon: () => [
    [0.5, 0.5],
    [0.2, 0.8],
  ],
  kullbackLeibler: () => [
    [0.5, 0.5],
    [0.2, 0.8],
  ],
  frechetDistanceSquared: () => [g(), g()],
  gaussianOf: () => [
    [
      [0, 1],
      [1, 0],
      [2, 2.5],
      [3, 1],
    ],
  ],
  gaussianKullbackLeibler: () => [g(), g()],
  gaussianMmdSquared: () => [g(), g(), 1],
  matrixFunction: () => [
    notegrad.symmetricEigen([
      [2, 1],
      [1, 2],
    ]),
    (v: number) => v,
  ],
  mmdSquared: () => [
    [
      [0, 1],
      [1, 0],
    ],
    [
      [1, 1],
      [1, 0],
    ],
    1,
  ],
  classifyByNeighbours: () => [
    [
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    [0, 1, 1],
    1,
  ],
  nearestNeighbours: () => [
    [
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    1,
  ],
  principalAngles: () => [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  principalComponents: () => [x2(), 1],
  symmetricEigen: () => [
    [
      [2, 1],
      [1, 2],
    ],
  ],
  tsne: () => [
    Array.from({ length: 20 }, (_, i) => [i, i % 3]),
    { numComponents: 2, perplexity: 3, numIterations: 5, lr: 1, seed: 1 },
  ],
  umap: () => [
    Array.from({ length: 20 }, (_, i) => [i, i % 3]),
    { numComponents: 2, numNeighbours: 3, minDistance: 0.1, numEpochs: 5, seed: 1 },
  ],
  assignedWasserstein: () => [
    [
      [0, 1],
      [1, 0],
    ],
    [
      [1, 1],
      [1, 0],
    ],
    2,
  ],
  slicedWasserstein: () => [
    [
      [0, 1],
      [1, 0],
    ],
    [
      [1, 1],
      [1, 0],
    ],
    { order: 2, numProjections: 5, seed: 1 },
  ],
  wasserstein: () => [[1, 2], [2, 3], 1],
  checkpointFile: () => ['x'],
  fit: () => [
    {
      batches: () => [x2()],
      step: () => tf.scalar(1),
      numEpochs: 1,
      title: 't',
      showProgress: false,
      compile: false,
      seed: 1,
      onNaN: 'throw',
      validate: () => ({ a: 1 }),
      beforeStep: () => {},
    },
  ],
  gradientStep: () => [notegrad.sgd(), () => tf.scalar(0), [], { maxNorm: 1 }],
  accuracy: () => [y1(), logits()],
  confusionMatrix: () => [[0, 1], [1, 1], 2],
  evaluate: () => [[{ x: x2() }], () => ({ a: tf.scalar(1) })],
  adam: () => [{ lr: 0.1, betas: [0.9, 0.99], eps: 1e-8 }],
  sgd: () => [{ lr: 0.1, momentum: 0.9, nesterov: true }],
  lion: () => [{ lr: 0.1, betas: [0.9, 0.99], weightDecay: 0.1 }],
  inRounds: () => [{ batches: () => [x2()], batchesPerEpoch: 1, batchesPerRound: 1 }],
  oneCycle: () => [{ peak: 1, numSteps: 3, warmUp: 0.3 }],
  setLearningRate: () => [notegrad.adam(), 0.1],
  averagingWeights: () => [() => tf.scalar(0), { model: small(), average: small(), decay: 0.9 }],
};
