import type * as Tf from '../../../lib/notegrad/src/engine/tf';

type TfModule = typeof Tf;

/** Where the values of an input lie, so that it is differentiable there. */
export type Domain = 'any' | 'positive' | 'unit' | 'above one' | 'wide';

export interface Input {
  readonly shape: readonly number[];
  readonly domain: Domain;
}

/** A function of float32 tensors, made of one operation that `tf` exports. */
export interface Case {
  /** What `tf` calls it, with its name space: `image.resizeBilinear`. */
  readonly op: string;
  readonly how: string;
  readonly inputs: readonly Input[];
  readonly f: (tf: TfModule, ...inputs: Tf.Tensor[]) => Tf.Tensor;
  /** Default 2. 1 where the second derivative is refused, with the reason in `how`. */
  readonly order?: 1 | 2;
}

/** The sweep: every differentiable operation with several shapes, axes, strides and options. */
export const cases: Case[] = [];

type Shapes = readonly (readonly number[] | Input)[];

function add(
  op: string,
  how: string,
  shapes: Shapes,
  f: Case['f'],
  options: { readonly order?: 1 | 2 } = {},
): void {
  const inputs = shapes.map((given) =>
    'shape' in given ? given : { shape: given as readonly number[], domain: 'any' as const },
  );
  cases.push({ op, how, inputs, f, ...options });
}

const of = (shape: readonly number[], domain: Domain): Input => ({ shape, domain });

/** tfjs's types name a shape's rank; here it is one of many. */
type Loose = (...args: unknown[]) => Tf.Tensor;
const loosely = (tf: TfModule, op: string): Loose => {
  const path = op.split('.');
  let at: unknown = tf;
  for (const name of path) at = (at as Record<string, unknown>)[name];
  return at as Loose;
};

// Functions of one tensor.
const unary: Record<string, Domain> = {
  abs: 'any',
  acos: 'unit',
  acosh: 'above one',
  asin: 'unit',
  asinh: 'any',
  atan: 'any',
  atanh: 'unit',
  ceil: 'any',
  clone: 'any',
  cos: 'any',
  cosh: 'any',
  elu: 'any',
  erf: 'any',
  exp: 'any',
  expm1: 'any',
  floor: 'any',
  log: 'positive',
  log1p: 'positive',
  logSigmoid: 'any',
  neg: 'any',
  reciprocal: 'positive',
  relu: 'any',
  relu6: 'wide',
  round: 'any',
  rsqrt: 'positive',
  selu: 'any',
  sigmoid: 'any',
  sign: 'any',
  sin: 'any',
  sinh: 'any',
  softplus: 'any',
  sqrt: 'positive',
  square: 'any',
  tan: 'unit',
  tanh: 'any',
};
for (const [op, domain] of Object.entries(unary)) {
  for (const shape of [[], [7], [2, 3], [2, 1, 2, 1, 3]]) {
    add(op, `of [${shape}]`, [of(shape, domain)], (tf, x) => loosely(tf, op)(x));
  }
}
add('abs', 'of a complex tensor', [[5], [5]], (tf, a, b) => tf.abs(tf.complex(a, b)));
add('step', 'with a slope', [[7]], (tf, x) => tf.mul(tf.step(x, 0.3), x));
add('leakyRelu', 'slope 0.3', [[3, 4]], (tf, x) => tf.leakyRelu(x, 0.3));
add('leakyRelu', 'default slope', [[2, 3, 2]], (tf, x) => tf.leakyRelu(x));
add('clipByValue', 'within ±1', [of([9], 'wide')], (tf, x) => tf.clipByValue(x, -1, 1));
add('cast', 'to float32', [[4]], (tf, x) => tf.cast(x, 'float32'));
add('cast', 'of a complex tensor to float32', [[4], [4]], (tf, a, b) =>
  tf.cast(tf.mul(tf.complex(a, b), tf.complex(b, a)), 'float32'),
);
add('cast', 'to int32, beside x', [[6]], (tf, x) =>
  tf.mul(tf.cast(tf.cast(x, 'int32'), 'float32'), x),
);
add('cast', 'to bool, beside x', [[6]], (tf, x) =>
  tf.mul(tf.cast(tf.cast(x, 'bool'), 'float32'), x),
);
add('zerosLike', 'beside x', [[3]], (tf, x) => tf.add(tf.zerosLike(x), x));
add('onesLike', 'beside x', [[3]], (tf, x) => tf.mul(tf.onesLike(x), x));

// Functions of two tensors, which may be broadcast.
const broadcasts: [number[], number[]][] = [
  [[5], [5]],
  [[2, 3], [3]],
  [
    [3, 1],
    [1, 4],
  ],
  [[], [2, 3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [
    [1, 2, 1, 2, 1],
    [3, 1, 2, 1, 2],
  ],
];
const binary: Record<string, [Domain, Domain]> = {
  add: ['any', 'any'],
  atan2: ['any', 'positive'],
  div: ['any', 'positive'],
  divNoNan: ['any', 'positive'],
  maximum: ['any', 'any'],
  minimum: ['any', 'any'],
  mod: ['wide', 'positive'],
  mul: ['any', 'any'],
  pow: ['positive', 'any'],
  squaredDifference: ['any', 'any'],
  sub: ['any', 'any'],
};
for (const [op, [first, second]] of Object.entries(binary)) {
  for (const [a, b] of broadcasts) {
    const inputs = [of(a, first), of(b, second)];
    add(op, `of [${a}] and [${b}]`, inputs, (tf, x, y) => loosely(tf, op)(x, y));
  }
}
add('pow', 'to whole powers of negative numbers', [[4]], (tf, x) =>
  tf.pow(x, tf.tensor1d([2, 3, 0, 1])),
);
add('pow', 'to an int32 scalar', [[4]], (tf, x) => tf.pow(x, tf.scalar(3, 'int32')));
add('mul', 'of complex tensors', [[4], [4], [4], [4]], (tf, a, b, c, d) => {
  const product = tf.mul(tf.complex(a, b), tf.complex(c, d));
  return tf.add(tf.real(product), tf.mul(tf.imag(product), 2));
});
add('mul', 'of broadcast complex tensors', [[2, 3], [2, 3], [3], [3]], (tf, a, b, c, d) => {
  const product = tf.mul(tf.complex(a, b), tf.complex(c, d));
  return tf.add(tf.real(product), tf.mul(tf.imag(product), 2));
});
add('mul', 'of a real and a complex tensor', [[3], [3], [3]], (tf, x, a, b) =>
  tf.abs(tf.mul(x, tf.complex(a, b))),
);
add('prelu', 'by channel', [[2, 3, 4], [4]], (tf, x, alpha) => tf.prelu(x, alpha));
add(
  'prelu',
  'by place',
  [
    [2, 3, 4],
    [3, 4],
  ],
  (tf, x, alpha) => tf.prelu(x, alpha),
);
add(
  'prelu',
  'shared axes',
  [
    [2, 3, 4],
    [1, 4],
  ],
  (tf, x, alpha) => tf.prelu(x, alpha),
);
add(
  'addN',
  'of three',
  [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
  (tf, a, b, c) => tf.addN([a, b, c]),
);
add(
  'where',
  'a comparison of the input',
  [
    [2, 3],
    [2, 3],
  ],
  (tf, a, b) => tf.where(tf.greater(a, b), tf.mul(a, b), tf.square(b)),
);
for (const [c, a, b] of [
  [[2, 1], [2, 3], [3]],
  [[3], [2, 1], [1, 3]],
  [[2, 3], [], [2, 3]],
]) {
  add('where', `broadcast, [${c}], [${a}] and [${b}]`, [c, a, b], (tf, condition, x, y) =>
    tf.where(tf.less(condition, 0.1), tf.square(x), y),
  );
}

// Reductions.
const axes: [number[], number | number[] | undefined][] = [
  [[5], undefined],
  [[2, 3], undefined],
  [[2, 3], 0],
  [[2, 3], -1],
  [
    [2, 3, 2],
    [0, 2],
  ],
  [[2, 3, 2], 1],
  [
    [2, 1, 2, 3, 2],
    [1, -2],
  ],
];
for (const op of ['sum', 'mean', 'max', 'min', 'prod', 'logSumExp']) {
  for (const [shape, axis] of axes) {
    for (const keepDims of [false, true]) {
      add(op, `of [${shape}] along ${axis}${keepDims ? ', kept' : ''}`, [shape], (tf, x) =>
        loosely(tf, op)(x, axis, keepDims),
      );
    }
  }
}
add('prod', 'with zeros', [[2, 3]], (tf, x) =>
  tf.prod(tf.mul(x, tf.tensor2d([1, 0, 1, 0, 1, 0], [2, 3])), 1),
);
add('norm', 'Euclidean, of a matrix', [[2, 3]], (tf, x) => tf.norm(x));
add('norm', 'Euclidean, along an axis, kept', [[2, 3]], (tf, x) => tf.norm(x, 2, 1, true));
add('norm', 'Frobenius', [[2, 3, 2]], (tf, x) => tf.norm(x, 'fro', [1, 2]));
add('norm', '1', [[2, 3]], (tf, x) => tf.norm(x, 1, 0));
add('norm', '∞', [[2, 3]], (tf, x) => tf.norm(x, Number.POSITIVE_INFINITY, 1));
add('norm', '−∞', [[2, 3]], (tf, x) => tf.norm(x, Number.NEGATIVE_INFINITY, 1));
add('norm', '1, of matrices', [[2, 3, 2]], (tf, x) => tf.norm(x, 1, [1, 2]));
add('norm', '∞, of matrices', [[2, 3, 2]], (tf, x) => tf.norm(x, Number.POSITIVE_INFINITY, [1, 2]));
add('norm', '−∞, of matrices', [[2, 3, 2]], (tf, x) =>
  tf.norm(x, Number.NEGATIVE_INFINITY, [1, 2]),
);
add('norm', 'of a scalar', [[]], (tf, x) => tf.norm(x));
add('euclideanNorm', 'along an axis', [[2, 3]], (tf, x) => tf.euclideanNorm(x, 0));
add('moments', 'along the first axes', [[2, 3, 2]], (tf, x) => {
  const { mean, variance } = tf.moments(x, [0, 1]);
  return tf.add(mean, tf.mul(variance, 2));
});
for (const op of ['cumsum', 'cumprod']) {
  for (const [shape, axis] of [
    [[5], 0],
    [[2, 3], 0],
    [[2, 3], 1],
    [[2, 3], -1],
    [[2, 3, 2], 1],
    [[2, 2, 3, 2], -3],
  ] as const) {
    for (const exclusive of [false, true]) {
      for (const reverse of [false, true]) {
        const how = `[${shape}] along ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`;
        add(op, how, [shape], (tf, x) => loosely(tf, op)(x, axis, exclusive, reverse));
      }
    }
  }
}
add('cumprod', 'with zeros', [[5]], (tf, x) => tf.cumprod(tf.mul(x, tf.tensor1d([1, 0, 1, 0, 1]))));

// Rows.
for (const op of ['softmax', 'logSoftmax']) {
  for (const shape of [[4], [2, 3], [2, 3, 2]]) {
    add(op, `of [${shape}]`, [shape], (tf, x) => loosely(tf, op)(x));
  }
}
add('topk', 'of each row', [[3, 5]], (tf, x) => tf.topk(x, 2).values);
add('topk', 'of a vector, all', [[4]], (tf, x) => tf.topk(x, 4).values);

// Products.
for (const [a, b, transposeA, transposeB] of [
  [[2, 3], [3, 4], false, false],
  [[3, 2], [3, 4], true, false],
  [[2, 3], [4, 3], false, true],
  [[3, 2], [4, 3], true, true],
  [[2, 3, 2], [2, 2, 3], false, false],
  [[2, 3, 2], [2, 3], false, false],
  [[2, 3], [3, 3, 2], false, false],
  [[1, 3, 2], [4, 3, 1], true, false],
  [[2, 1, 2, 3], [3, 2, 3], false, true],
  [[1, 3, 2], [2, 4, 3], true, true],
  [[3, 1], [1, 3], false, false],
] as const) {
  const how = `[${a}]${transposeA ? 'ᵀ' : ''} by [${b}]${transposeB ? 'ᵀ' : ''}`;
  add('matMul', how, [a, b], (tf, x, y) => tf.matMul(x, y, transposeA, transposeB));
  add('fused.matMul', how, [a, b, [1]], (tf, x, y, bias) =>
    tf.fused.matMul({ a: x, b: y, transposeA, transposeB, bias }),
  );
}
add('fused.matMul', 'sigmoid', [[2, 3], [3, 4], [4]], (tf, a, b, bias) =>
  tf.fused.matMul({ a, b, bias, activation: 'sigmoid' }),
);
add('dot', 'of vectors', [[4], [4]], (tf, a, b) => tf.dot(a, b));
add('dot', 'of a matrix and a vector', [[2, 4], [4]], (tf, a, b) => tf.dot(a, b));
add('outerProduct', 'of vectors', [[3], [2]], (tf, a, b) =>
  tf.outerProduct(a as Tf.Tensor1D, b as Tf.Tensor1D),
);
const sums: Record<string, number[][]> = {
  'ij,jk->ik': [
    [2, 3],
    [3, 2],
  ],
  'bij,bjk->bik': [
    [2, 2, 3],
    [2, 3, 2],
  ],
  'ij->ji': [[2, 3]],
  'ij->j': [[2, 3]],
  'ij->': [[2, 3]],
  'i,i->': [[3], [3]],
  'i,j->ij': [[3], [2]],
  'ijk,jl->il': [
    [2, 3, 2],
    [3, 2],
  ],
  'bhqd,bhkd->bhqk': [
    [1, 2, 2, 2],
    [1, 2, 3, 2],
  ],
  'ab,cb->a': [
    [2, 3],
    [2, 3],
  ],
};
for (const [equation, shapes] of Object.entries(sums)) {
  add('einsum', equation, shapes, (tf, ...operands) => tf.einsum(equation, ...operands));
}
add('linalg.qr', 'the upper factor', [[3, 3]], (tf, x) => tf.linalg.qr(x)[1]);
add('linalg.qr', 'the orthogonal factor', [[4, 3]], (tf, x) => tf.linalg.qr(x)[0]);
add('linalg.qr', 'of a batch', [[2, 2, 2]], (tf, x) => tf.linalg.qr(x)[1]);
add(
  'linalg.gramSchmidt',
  'of rows',
  [[2, 3]],
  (tf, x) => tf.linalg.gramSchmidt(x as Tf.Tensor2D) as Tf.Tensor,
);
add('linalg.bandPart', 'the lower triangle', [[3, 4]], (tf, x) => tf.linalg.bandPart(x, -1, 0));

// Convolutions.
for (const [how, x, filter, strides, pad, format, dilations, rounding] of [
  ['valid', [1, 4, 5, 2], [3, 2, 2, 3], 1, 'valid'],
  ['same', [2, 4, 3, 1], [3, 3, 1, 2], 1, 'same'],
  ['strides', [1, 5, 5, 1], [3, 3, 1, 2], [2, 1], 'same'],
  ['padding by a number', [1, 4, 4, 1], [3, 3, 1, 2], 1, 1],
  [
    'explicit padding',
    [1, 3, 4, 1],
    [2, 3, 1, 2],
    1,
    [
      [0, 0],
      [1, 0],
      [2, 1],
      [0, 0],
    ],
  ],
  ['dilated', [1, 5, 6, 2], [2, 3, 2, 2], 1, 'valid', 'NHWC', [2, 2]],
  ['dilated, same', [1, 4, 4, 1], [3, 2, 1, 2], 1, 'same', 'NHWC', [2, 3]],
  ['rounding up', [1, 4, 4, 1], [2, 2, 1, 2], 3, 0, 'NHWC', 1, 'ceil'],
  ['1×1', [2, 3, 3, 3], [1, 1, 3, 2], 1, 'valid'],
  ['channels first', [1, 2, 4, 4], [3, 3, 2, 2], 1, 'same', 'NCHW'],
] as const) {
  add('conv2d', how, [x, filter], (tf, a, b) =>
    loosely(tf, 'conv2d')(a, b, strides, pad, format, dilations, rounding),
  );
  if (format === 'NCHW') continue;
  add('fused.conv2d', how, [x, filter, [filter[3]]], (tf, a, b, bias) =>
    loosely(
      tf,
      'fused.conv2d',
    )({
      ...{ x: a, filter: b, bias, strides, pad, dataFormat: format },
      ...{ dilations, dimRoundingMode: rounding },
    }),
  );
}
add('fused.conv2d', 'elu', [[1, 3, 3, 1], [2, 2, 1, 2], [2]], (tf, x, filter, bias) =>
  loosely(tf, 'fused.conv2d')({ x, filter, bias, strides: 1, pad: 'same', activation: 'elu' }),
);
for (const [how, x, filter, strides, pad, dilations] of [
  ['same', [1, 4, 3, 2], [3, 2, 2, 1], 1, 'same'],
  ['two a channel', [1, 4, 4, 2], [2, 2, 2, 2], 1, 'valid'],
  ['strides', [1, 5, 5, 2], [3, 3, 2, 1], 2, 'same'],
  ['dilated', [1, 5, 5, 2], [2, 2, 2, 1], 1, 'same', 2],
] as const) {
  add('depthwiseConv2d', how, [x, filter], (tf, a, b) =>
    loosely(tf, 'depthwiseConv2d')(a, b, strides, pad, 'NHWC', dilations ?? 1),
  );
  add('fused.depthwiseConv2d', how, [x, filter, [1]], (tf, a, b, bias) =>
    loosely(
      tf,
      'fused.depthwiseConv2d',
    )({
      ...{ x: a, filter: b, bias, strides, pad, dilations: dilations ?? 1 },
    }),
  );
}
add(
  'separableConv2d',
  'same',
  [
    [1, 4, 4, 2],
    [3, 3, 2, 2],
    [1, 1, 4, 3],
  ],
  (tf, x, d, p) => loosely(tf, 'separableConv2d')(x, d, p, 1, 'same'),
);
add(
  'separableConv2d',
  'dilated',
  [
    [1, 5, 5, 1],
    [2, 2, 1, 2],
    [1, 1, 2, 2],
  ],
  (tf, x, d, p) => loosely(tf, 'separableConv2d')(x, d, p, 1, 'valid', 2),
);
for (const [how, stride, pad, dilation] of [
  ['valid', 1, 'valid', 1],
  ['strides', 2, 'same', 1],
  ['dilated', 1, 'same', 2],
] as const) {
  add(
    'conv1d',
    how,
    [
      [2, 6, 2],
      [3, 2, 2],
    ],
    (tf, x, filter) => loosely(tf, 'conv1d')(x, filter, stride, pad, 'NWC', dilation),
  );
}
for (const [how, x, filter, out, strides, pad] of [
  ['same, doubled', [1, 2, 3, 2], [3, 3, 1, 2], [1, 4, 6, 1], 2, 'same'],
  ['valid', [1, 2, 2, 2], [2, 3, 2, 2], [1, 3, 4, 2], 1, 'valid'],
] as const) {
  add('conv2dTranspose', how, [x, filter], (tf, a, b) =>
    loosely(tf, 'conv2dTranspose')(a, b, out, strides, pad),
  );
}
for (const [how, x, filter, strides, pad] of [
  ['valid', [1, 2, 3, 3, 1], [2, 2, 2, 1, 2], 1, 'valid'],
  ['same, strides', [1, 3, 3, 2, 1], [2, 3, 1, 1, 2], 2, 'same'],
] as const) {
  add('conv3d', how, [x, filter], (tf, a, b) => loosely(tf, 'conv3d')(a, b, strides, pad));
}
add(
  'conv3dTranspose',
  'doubled',
  [
    [1, 1, 2, 2, 2],
    [2, 2, 2, 1, 2],
  ],
  (tf, x, filter) => loosely(tf, 'conv3dTranspose')(x, filter, [1, 2, 4, 4, 1], 2, 'same'),
);
add(
  'dilation2d',
  'valid',
  [
    [1, 4, 4, 2],
    [2, 2, 2],
  ],
  (tf, x, filter) => loosely(tf, 'dilation2d')(x, filter, 1, 'valid'),
);
add(
  'dilation2d',
  'same, dilated',
  [
    [1, 4, 4, 1],
    [2, 3, 1],
  ],
  (tf, x, filter) => loosely(tf, 'dilation2d')(x, filter, 1, 'same', 2),
);

// Pooling.
for (const op of ['maxPool', 'avgPool']) {
  for (const [how, shape, size, strides, pad, rounding] of [
    ['2×2', [2, 4, 4, 2], 2, 2, 'valid'],
    ['same', [1, 5, 4, 2], 3, 2, 'same'],
    ['overlapping, oblong', [1, 4, 5, 1], [3, 2], 1, 'same'],
    ['padding by a number', [1, 4, 4, 1], 3, 1, 1],
    [
      'explicit padding',
      [1, 3, 4, 1],
      2,
      1,
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ],
    ],
    ['rounding up', [1, 5, 5, 1], 2, 2, 0, 'ceil'],
    ['1×1', [1, 3, 3, 1], 1, 1, 'valid'],
  ] as const) {
    add(op, how, [shape], (tf, x) => loosely(tf, op)(x, size, strides, pad, rounding));
  }
}
for (const op of ['maxPool3d', 'avgPool3d']) {
  for (const [how, shape, size, strides, pad] of [
    ['2×2×2', [1, 2, 4, 4, 1], 2, 2, 'valid'],
    ['same', [1, 3, 3, 2, 2], 2, 1, 'same'],
    ['oblong', [1, 3, 4, 3, 1], [1, 2, 3], 1, 'same'],
    ['oblong, valid', [1, 3, 4, 3, 1], [2, 3, 1], [1, 1, 2], 'valid'],
  ] as const) {
    add(op, how, [shape], (tf, x) => loosely(tf, op)(x, size, strides, pad));
  }
}
add('pool', 'average, dilated', [[1, 5, 5, 1]], (tf, x) =>
  loosely(tf, 'pool')(x, 2, 'avg', 'same', 2, 1),
);
add('pool', 'maximum', [[1, 4, 4, 1]], (tf, x) => loosely(tf, 'pool')(x, 2, 'max', 'same', 1, 2));
for (const withBatch of [false, true]) {
  add(
    'maxPoolWithArgmax',
    `batches ${withBatch ? '' : 'not '}in the index`,
    [[2, 4, 4, 2]],
    (tf, x) => tf.maxPoolWithArgmax(x as Tf.Tensor4D, 2, 2, 'valid', withBatch).result,
  );
}

// Normalisation.
for (const shape of [
  [3, 2],
  [2, 3, 2],
  [2, 2, 2, 3],
]) {
  const channels = [shape[shape.length - 1]];
  const vectors = [of(channels, 'any'), of(channels, 'positive')];
  for (const op of ['batchNorm', `batchNorm${shape.length}d`]) {
    add(
      op,
      `of [${shape}]`,
      [shape, ...vectors, channels, channels],
      (tf, x, m, v, offset, scale) => loosely(tf, op)(x, m, v, offset, scale),
    );
    add(op, `of [${shape}] without scale and offset`, [shape, ...vectors], (tf, x, m, v) =>
      loosely(tf, op)(x, m, v),
    );
  }
}
add(
  'batchNorm',
  'channels second',
  [[2, 3, 2, 2], [1, 3, 1, 1], of([1, 3, 1, 1], 'positive'), [1, 3, 1, 1], [1, 3, 1, 1]],
  (tf, x, m, v, offset, scale) => loosely(tf, 'batchNorm')(x, m, v, offset, scale),
);
add('localResponseNormalization', 'radius 1', [[1, 2, 2, 4]], (tf, x) =>
  tf.localResponseNormalization(x as Tf.Tensor4D, 1, 1, 0.5, 0.75),
);

// Arrangements.
add('reshape', 'to a matrix', [[6]], (tf, x) => tf.reshape(x, [2, 3]));
add('expandDims', 'inside', [[2, 3]], (tf, x) => tf.expandDims(x, 1));
add('squeeze', 'one axis', [[2, 1, 3]], (tf, x) => tf.squeeze(x, [1]));
add('ensureShape', 'its own', [[2, 3]], (tf, x) => tf.ensureShape(x, [2, 3]));
add('transpose', 'of a matrix', [[2, 3]], (tf, x) => tf.transpose(x));
add('transpose', 'of five axes', [[2, 1, 3, 2, 2]], (tf, x) => tf.transpose(x, [4, 2, 0, 1, 3]));
add('reverse', 'two axes', [[2, 3, 2]], (tf, x) => tf.reverse(x, [0, -1]));
for (const rank of [1, 2, 3, 4]) {
  const shape = [3, 2, 2, 2].slice(0, rank);
  add(`reverse${rank}d`, 'the first axis', [shape], (tf, x) =>
    loosely(tf, `reverse${rank}d`)(x, ...(rank > 1 ? [0] : [])),
  );
  const begin = [1, 0, 1, 0].slice(0, rank);
  const size = [2, 1, 1, 2].slice(0, rank);
  add(`slice${rank}d`, 'inside', [shape], (tf, x) =>
    loosely(tf, `slice${rank}d`)(x, ...(rank > 1 ? [begin, size] : [1, 2])),
  );
  const pads = shape.map((_, i) => [i % 2, 1]);
  add(`pad${rank}d`, 'uneven', [shape], (tf, x) =>
    loosely(tf, `pad${rank}d`)(x, rank > 1 ? pads : pads[0], 0.5),
  );
  add(`concat${rank}d`, 'the first axis', [shape, shape], (tf, a, b) =>
    loosely(tf, `concat${rank}d`)([a, b], ...(rank > 1 ? [0] : [])),
  );
}
add('slice', 'of five axes', [[2, 2, 1, 3, 2]], (tf, x) =>
  tf.slice(x, [1, 0, 0, 1, 0], [1, 2, 1, 2, 1]),
);
add('pad', 'of five axes', [[1, 2, 1, 2, 1]], (tf, x) =>
  tf.pad(x, [
    [1, 0],
    [0, 1],
    [0, 0],
    [2, 0],
    [0, 1],
  ]),
);
for (const mode of ['reflect', 'symmetric'] as const) {
  const edge = mode === 'reflect' ? 1 : 0;
  add('mirrorPad', `${mode}, one axis`, [[4]], (tf, x) => tf.mirrorPad(x, [[3, 4 - edge]], mode));
  add('mirrorPad', `${mode}, two axes`, [[3, 2]], (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [2, 1],
        [1, 0],
      ],
      mode,
    ),
  );
  add('mirrorPad', `${mode}, four axes`, [[1, 3, 3, 2]], (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [1, 2],
        [2, 1],
        [0, 1],
      ],
      mode,
    ),
  );
}
add(
  'concat',
  'the last axis',
  [
    [2, 1],
    [2, 3],
  ],
  (tf, a, b) => tf.concat([a, b], -1),
);
add(
  'stack',
  'a new axis inside',
  [
    [2, 3],
    [2, 3],
  ],
  (tf, a, b) => tf.stack([a, b], 1),
);
add('unstack', 'one of three', [[3, 2]], (tf, x) => {
  const [a, , c] = tf.unstack(x);
  return tf.mul(a, c);
});
add('split', 'uneven', [[2, 5]], (tf, x) => {
  const [a, b] = tf.split(x, [2, 3], 1);
  return tf.concat([b, tf.square(a)], 1);
});
for (const [shape, reps] of [
  [[3], [2]],
  [
    [2, 1],
    [1, 3],
  ],
  [
    [2, 3, 1],
    [2, 1, 2],
  ],
  [
    [1, 2, 1, 2, 1],
    [2, 1, 3, 2, 1],
  ],
]) {
  add('tile', `[${shape}] by [${reps}]`, [shape], (tf, x) => tf.tile(x, reps));
}
add('broadcastTo', 'a new axis', [[2, 1, 3]], (tf, x) => tf.broadcastTo(x, [2, 2, 2, 3]));
add('meshgrid', 'of two vectors', [[2], [3]], (tf, a, b) => {
  const [x, y] = tf.meshgrid(a, b);
  return tf.mul(x, tf.square(y));
});
add('diag', 'of a vector', [[3]], (tf, x) => tf.diag(x));
add('diag', 'of a matrix', [[2, 3]], (tf, x) => tf.diag(x));
for (const [how, shape, begin, end, strides, masks] of [
  ['every second', [6], [0], [6], [2], []],
  ['backwards', [6], [5], [0], [-2], []],
  ['two axes', [4, 5], [1, 4], [4, 0], [2, -3], []],
  ['masks', [3, 4], [1, 1], [2, 3], [2, 1], [1, 2]],
  ['a new and a lost axis', [3, 4], [0, 0, 1], [1, 3, 3], [1, 1, 2], [0, 0, 0, 1, 4]],
  ['an ellipsis', [2, 3, 4], [0, 1], [0, 4], [1, 2], [0, 0, 1]],
] as const) {
  add('stridedSlice', how, [shape], (tf, x) =>
    loosely(tf, 'stridedSlice')(x, begin, end, strides, ...masks),
  );
}
for (const format of ['NHWC'] as const) {
  add('depthToSpace', format, [[1, 2, 1, 8]], (tf, x) =>
    tf.depthToSpace(x as Tf.Tensor4D, 2, format),
  );
}
add('spaceToBatchND', 'with padding', [[1, 3, 4, 1]], (tf, x) =>
  tf.spaceToBatchND(
    x,
    [2, 2],
    [
      [1, 0],
      [0, 0],
    ],
  ),
);
add('batchToSpaceND', 'with crops', [[4, 2, 2, 1]], (tf, x) =>
  tf.batchToSpaceND(
    x,
    [2, 2],
    [
      [1, 0],
      [0, 1],
    ],
  ),
);
for (const [how, shape, indices, axis, batchDims] of [
  ['rows, some twice', [3, 2], [2, 0, 2], 0, 0],
  ['columns', [2, 4], [3, 1], 1, 0],
  [
    'the last axis',
    [2, 2, 3],
    [
      [0, 2],
      [1, 1],
    ],
    -1,
    0,
  ],
  ['a middle axis', [2, 3, 2], [1, 1, 0, 2], 1, 0],
  [
    'of each batch',
    [2, 3, 2],
    [
      [0, 2],
      [1, 1],
    ],
    1,
    1,
  ],
  [
    'of each batch, a later axis',
    [2, 2, 3],
    [
      [0, 2],
      [1, 1],
    ],
    2,
    1,
  ],
] as const) {
  add('gather', how, [shape], (tf, x) =>
    tf.gather(x, tf.tensor(indices as never, undefined, 'int32'), axis, batchDims),
  );
}
add('gatherND', 'elements, some twice', [[2, 3]], (tf, x) =>
  tf.gatherND(
    x,
    tf.tensor2d(
      [
        [0, 1],
        [1, 2],
        [0, 1],
      ],
      undefined,
      'int32',
    ),
  ),
);
add('scatterND', 'rows, some twice', [[3, 2]], (tf, x) =>
  tf.scatterND(tf.tensor2d([[2], [0], [2]], undefined, 'int32'), x, [4, 2]),
);
add(
  'tensorScatterUpdate',
  'rows',
  [
    [4, 2],
    [2, 2],
  ],
  (tf, x, updates) =>
    tf.tensorScatterUpdate(x, tf.tensor2d([[3], [1]], undefined, 'int32'), updates),
);
add('sparseToDense', 'with a default', [[2], []], (tf, values, rest) =>
  tf.sparseToDense(
    tf.tensor2d(
      [
        [0, 1],
        [2, 0],
      ],
      undefined,
      'int32',
    ),
    values,
    [3, 2],
    rest as Tf.Scalar,
  ),
);
add('unsortedSegmentSum', 'rows, some dropped', [[4, 2]], (tf, x) =>
  tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, -1, 1], 'int32'), 3),
);

// Fourier transforms.
for (const op of ['fft', 'ifft']) {
  for (const name of [op, `spectral.${op}`]) {
    add(
      name,
      'real and imaginary parts',
      [
        [2, 4],
        [2, 4],
      ],
      (tf, a, b) => {
        const z = loosely(tf, name)(tf.complex(a, b));
        return tf.add(tf.real(z), tf.mul(tf.imag(z), 2));
      },
    );
    add(name, 'an odd length', [[3], [3]], (tf, a, b) =>
      tf.abs(loosely(tf, name)(tf.complex(a, b))),
    );
  }
}
for (const name of ['rfft', 'spectral.rfft']) {
  for (const length of [4, 5]) {
    add(name, `of ${length}`, [[2, length]], (tf, x) => tf.abs(loosely(tf, name)(x)));
  }
}
for (const name of ['irfft', 'spectral.irfft']) {
  add(
    name,
    'of 3',
    [
      [2, 3],
      [2, 3],
    ],
    (tf, a, b) => loosely(tf, name)(tf.complex(a, b)),
  );
}
add('complex', 'and its parts', [[3], [3]], (tf, a, b) =>
  tf.add(tf.real(tf.complex(a, b)), tf.square(tf.imag(tf.complex(a, b)))),
);
for (const op of ['real', 'imag']) {
  add(op, 'of a complex tensor', [[3], [3]], (tf, a, b) => loosely(tf, op)(tf.complex(a, b)));
}
add('signal.stft', 'magnitudes', [[8]], (tf, x) =>
  tf.abs(tf.signal.stft(x as Tf.Tensor1D, 4, 2, 4, (n) => tf.signal.hannWindow(n))),
);
add('signal.frame', 'overlapping', [[7]], (tf, x) => tf.signal.frame(x as Tf.Tensor1D, 3, 2));

// Images.
for (const name of ['resizeBilinear', 'resizeNearestNeighbor']) {
  for (const [size, alignCorners, halfPixelCenters] of [
    [[5, 6], false, false],
    [[2, 2], true, false],
    [[6, 3], false, true],
  ] as const) {
    add(
      `image.${name}`,
      `to ${size}${alignCorners ? ', corners' : ''}${halfPixelCenters ? ', half' : ''}`,
      [[2, 3, 4, 2]],
      (tf, x) => loosely(tf, `image.${name}`)(x, size, alignCorners, halfPixelCenters),
    );
  }
}
add('image.flipLeftRight', 'of two images', [[2, 2, 3, 1]], (tf, x) =>
  tf.image.flipLeftRight(x as Tf.Tensor4D),
);
add('image.grayscaleToRGB', 'of an image', [[2, 2, 1]], (tf, x) =>
  tf.image.grayscaleToRGB(x as Tf.Tensor3D),
);
add('image.rgbToGrayscale', 'of an image', [[2, 2, 3]], (tf, x) =>
  tf.image.rgbToGrayscale(x as Tf.Tensor3D),
);

// Losses.
for (const op of ['absoluteDifference', 'huberLoss', 'meanSquaredError', 'hingeLoss']) {
  add(
    `losses.${op}`,
    'of matrices',
    [
      [2, 3],
      [2, 3],
    ],
    (tf, a, b) => loosely(tf, `losses.${op}`)(a, b),
  );
}
add('losses.logLoss', 'of probabilities', [of([4], 'positive'), of([4], 'positive')], (tf, a, b) =>
  tf.losses.logLoss(tf.div(a, 4), tf.div(b, 4)),
);
add(
  'losses.cosineDistance',
  'of rows',
  [
    [2, 3],
    [2, 3],
  ],
  (tf, a, b) => tf.losses.cosineDistance(a, b, 1),
);
add('losses.computeWeightedLoss', 'with weights', [[4], of([4], 'positive')], (tf, x, w) =>
  tf.losses.computeWeightedLoss(x, w, tf.Reduction.MEAN),
);
add(
  'losses.softmaxCrossEntropy',
  'labels that add up to anything',
  [of([2, 3], 'positive'), [2, 3]],
  (tf, a, b) => tf.losses.softmaxCrossEntropy(a, b),
);
add('losses.softmaxCrossEntropy', 'smoothed', [of([2, 3], 'positive'), [2, 3]], (tf, a, b) =>
  tf.losses.softmaxCrossEntropy(a, b, undefined, 0.1),
);
add(
  'losses.sigmoidCrossEntropy',
  'labels and logits',
  [of([2, 3], 'positive'), [2, 3]],
  (tf, a, b) => tf.losses.sigmoidCrossEntropy(a, b),
);
add(
  'losses.sigmoidCrossEntropy',
  'logits that are 0',
  [of([2, 3], 'positive'), [2, 3]],
  (tf, a, b) =>
    tf.losses.sigmoidCrossEntropy(a, tf.mul(b, tf.tensor2d([1, 0, 1, 1, 0, 0], [2, 3]))),
);

// Cells, averages, noise.
add(
  'basicLSTMCell',
  'one step',
  [[], [5, 8], [8], [2, 3], [2, 2], [2, 2]],
  (tf, forget, w, b, x, c, h) =>
    tf.add(
      ...(loosely(tf, 'basicLSTMCell')(forget, w, b, x, c, h) as unknown as [Tf.Tensor, Tf.Tensor]),
    ),
);
add('multiRNNCell', 'of one cell', [[5, 8], [8], [2, 3], [2, 2], [2, 2]], (tf, w, b, x, c, h) => {
  const cell = (data: Tf.Tensor2D, state: Tf.Tensor2D, output: Tf.Tensor2D) =>
    tf.basicLSTMCell(tf.scalar(1), w as Tf.Tensor2D, b as Tf.Tensor1D, data, state, output);
  const [states, outputs] = tf.multiRNNCell(
    [cell],
    x as Tf.Tensor2D,
    [c as Tf.Tensor2D],
    [h as Tf.Tensor2D],
  );
  return tf.add(states[0], outputs[0]);
});
add('movingAverage', 'of two', [[3], [3]], (tf, v, x) => tf.movingAverage(v, x, 0.7, 2));
add('dropout', 'of the same half', [[8]], (tf, x) => tf.dropout(x, 0.5, undefined, 7));

// Whole numbers and truths beside floats.
for (const op of ['add', 'sub', 'mul', 'div', 'maximum', 'squaredDifference']) {
  add(op, 'with whole numbers', [[2, 3]], (tf, x) =>
    loosely(tf, op)(x, tf.tensor1d([2, 3, 5], 'int32')),
  );
}
add('mul', 'by truths', [[4]], (tf, x) => tf.mul(x, tf.tensor1d([1, 0, 1, 1], 'bool')));
add('where', 'between floats and whole numbers', [[3]], (tf, x) =>
  tf.where(tf.tensor1d([1, 0, 1], 'bool'), x, tf.cast(tf.tensor1d([1, 2, 3], 'int32'), 'float32')),
);

// Many axes.
const six = [2, 1, 2, 1, 2, 2];
add('sum', 'of six axes', [six], (tf, x) => tf.sum(x, [0, 4]));
add('max', 'of six axes', [six], (tf, x) => tf.max(x, [2, -1]));
add('transpose', 'of six axes', [six], (tf, x) => tf.transpose(x, [5, 3, 0, 2, 4, 1]));
add('tile', 'of six axes', [six], (tf, x) => tf.tile(x, [1, 2, 1, 3, 1, 2]));
add('reverse', 'of six axes', [six], (tf, x) => tf.reverse(x, [0, 5]));
add('concat', 'of six axes', [six, six], (tf, a, b) => tf.concat([a, b], 3));

// Gradients themselves, as in gradient penalties: their second derivatives are the third.
const penalties: Record<string, (tf: TfModule, x: Tf.Tensor, w: Tf.Tensor) => Tf.Tensor> = {
  tanh: (tf, x, w) => tf.tanh(tf.matMul(x, w)),
  'sigmoid and softplus': (tf, x, w) => tf.softplus(tf.sigmoid(tf.matMul(x, w))),
  'leaky ReLU': (tf, x, w) => tf.square(tf.leakyRelu(tf.matMul(x, w), 0.2)),
  'ELU and SELU': (tf, x, w) => tf.selu(tf.elu(tf.matMul(x, w))),
  softmax: (tf, x, w) => tf.square(tf.softmax(tf.matMul(x, w))),
  'log-softmax': (tf, x, w) => tf.square(tf.logSoftmax(tf.matMul(x, w))),
  'a norm': (tf, x, w) => tf.norm(tf.matMul(x, w), 2, 1),
  'the batch’s moments': (tf, x, w) => {
    const y = tf.matMul(x, w);
    const { mean, variance } = tf.moments(y, 0);
    return tf.square(tf.batchNorm(y as Tf.Tensor2D, mean as Tf.Tensor1D, variance as Tf.Tensor1D));
  },
  'a fused product': (tf, a, b) => tf.square(tf.fused.matMul({ a, b, activation: 'elu' })),
};
for (const [how, f] of Object.entries(penalties)) {
  add(
    'grad',
    `through ${how}`,
    [
      [2, 3],
      [3, 2],
    ],
    (tf, x, w) => tf.grad((v) => tf.sum(f(tf, v, w)))(x),
  );
}
const critics: Record<string, (tf: TfModule, x: Tf.Tensor4D, k: Tf.Tensor4D) => Tf.Tensor> = {
  convolution: (tf, x, k) => tf.tanh(tf.conv2d(x, k, 2, 'same')),
  'dilated convolution': (tf, x, k) => tf.tanh(tf.conv2d(x, k, 1, 'valid', 'NHWC', 2)),
  'maximum pooling': (tf, x, k) => tf.maxPool(tf.tanh(tf.conv2d(x, k, 1, 'same')), 2, 2, 'valid'),
  'average pooling': (tf, x, k) => tf.avgPool(tf.square(tf.conv2d(x, k, 1, 'same')), 3, 2, 'same'),
  upsampling: (tf, x, k) =>
    tf.tanh(tf.conv2d(tf.image.resizeNearestNeighbor(x, [6, 6]) as Tf.Tensor4D, k, 1, 'same')),
};
for (const [how, f] of Object.entries(critics)) {
  add(
    'grad',
    `through ${how}`,
    [
      [1, 4, 4, 1],
      [2, 2, 1, 2],
    ],
    (tf, x, k) => tf.grad((v) => tf.sum(f(tf, v as Tf.Tensor4D, k as Tf.Tensor4D)))(x),
  );
}
