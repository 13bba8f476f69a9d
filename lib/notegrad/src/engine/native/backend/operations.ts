// biome-ignore-all format: it is made by a script
// Made from addon/operations.json by `npm run operations`.

/** The schema that the addon must have been built with. */
export const SCHEMA = 'f7d540faf941467d';

export type DType = 'float32' | 'int32' | 'bool';
export const DTYPES: readonly DType[] = ['float32', 'int32', 'bool'];
export const DTYPE: Readonly<Record<DType, number>> = { float32: 0, int32: 1, bool: 2 };

export type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'leakyRelu' | 'sigmoid' | 'prelu';
export const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'leakyRelu', 'sigmoid', 'prelu'];
export const ACTIVATION: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, relu6: 2, elu: 3, leakyRelu: 4, sigmoid: 5, prelu: 6 };

export interface WindowParams {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

export interface EpilogueParams {
  readonly hasBias: boolean;
  readonly activation: Activation;
  readonly alpha: number;
  readonly slopePerChannel: boolean;
}

export interface MatricesParams {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

export interface NormalisationParams {
  readonly rows: number;
  readonly channels: number;
  readonly epsilon: number;
}

export interface UnaryParams {
  readonly count: number;
}

export type UnaryName = 'abs' | 'absOfInts' | 'acos' | 'acosh' | 'asin' | 'asinh' | 'atan' | 'atanh' | 'ceil' | 'cos' | 'cosh' | 'elu' | 'erf' | 'exp' | 'expm1' | 'floor' | 'isFinite' | 'isInf' | 'isNan' | 'log' | 'log1p' | 'logicalNot' | 'neg' | 'reciprocal' | 'relu' | 'relu6' | 'round' | 'rsqrt' | 'selu' | 'sigmoid' | 'sign' | 'sin' | 'sinh' | 'softplus' | 'sqrt' | 'square' | 'tan' | 'tanh';

export interface LeakyReluParams {
  readonly count: number;
  readonly slope: number;
}

export type LeakyReluName = 'leakyRelu';

export interface StepParams {
  readonly count: number;
  readonly below: number;
}

export type StepName = 'step';

export interface ClipParams {
  readonly count: number;
  readonly least: number;
  readonly greatest: number;
}

export type ClipName = 'clipByValue' | 'clipByValueOfInts';

export interface BinaryParams {
  readonly dtype: DType;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

export type BinaryName = 'add' | 'atan2' | 'eluGrad' | 'equal' | 'floorDiv' | 'greater' | 'greaterEqual' | 'less' | 'lessEqual' | 'logicalAnd' | 'logicalOr' | 'maximum' | 'minimum' | 'mod' | 'multiply' | 'notEqual' | 'pow' | 'prelu' | 'realDiv' | 'squaredDifference' | 'sub';

export interface SelectParams {
  readonly dtype: DType;
  readonly count: number;
}

export type SelectName = 'select';

export interface CastParams {
  readonly from: DType;
  readonly to: DType;
  readonly count: number;
}

export type CastName = 'cast';

export interface FillParams {
  readonly dtype: DType;
  readonly count: number;
  readonly value: number;
}

export type FillName = 'fill';

export interface OneHotParams {
  readonly dtype: DType;
  readonly count: number;
  readonly depth: number;
  readonly on: number;
  readonly off: number;
}

export type OneHotName = 'oneHot';

export interface CopyParams {
  readonly bytes: number;
}

export type CopyName = 'copy';

export interface ConcatParams {
  readonly rows: number;
  readonly rowBytes: readonly number[];
}

export type ConcatName = 'concat';

export interface StridedCopyParams {
  readonly bytes: number;
  readonly inputSize: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export type StridedCopyName = 'stridedCopy';

export interface PadParams {
  readonly dtype: DType;
  readonly value: number;
  readonly inside: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export type PadName = 'pad';

export interface MirrorPadParams {
  readonly dtype: DType;
  readonly edge: boolean;
  readonly inside: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export type MirrorPadName = 'mirrorPad';

export interface GatherParams {
  readonly bytes: number;
  readonly batch: number;
  readonly outer: number;
  readonly length: number;
  readonly count: number;
}

export type GatherName = 'gather';

export interface SegmentSumParams {
  readonly rows: number;
  readonly width: number;
  readonly segments: number;
}

export type SegmentSumName = 'unsortedSegmentSum';

export interface ReductionParams {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly reduced: readonly boolean[];
}

export type ReductionName = 'max' | 'mean' | 'min' | 'prod' | 'sum';

export interface ArgExtremeParams {
  readonly dtype: DType;
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

export type ArgExtremeName = 'argMax' | 'argMin';

export interface CumulativeParams {
  readonly dtype: DType;
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

export type CumulativeName = 'cumprod' | 'cumsum';

export interface MatMulParams {
  readonly matrices: MatricesParams;
  readonly epilogue: EpilogueParams;
}

export type MatMulName = 'matMul';

export interface BatchMatMulParams {
  readonly matrices: MatricesParams;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

export type BatchMatMulName = 'batchMatMul';

export interface Conv2dParams {
  readonly window: WindowParams;
  readonly depthwise: boolean;
  readonly epilogue: EpilogueParams;
}

export type Conv2dName = 'conv2d';

export interface Conv2dInputGradientParams {
  readonly window: WindowParams;
  readonly depthwise: boolean;
}

export type Conv2dInputGradientName = 'conv2dInputGradient';

export interface Conv2dKernelGradientParams {
  readonly window: WindowParams;
  readonly depthwise: boolean;
  readonly withBias: boolean;
}

export type Conv2dKernelGradientName = 'conv2dKernelGradient';

export interface PoolParams {
  readonly window: WindowParams;
}

export type PoolName = 'avgPool' | 'avgPoolGrad' | 'maxPool' | 'maxPoolGrad';

export interface MaxPoolActivationGradientParams {
  readonly window: WindowParams;
  readonly below: number;
  readonly withBias: boolean;
}

export type MaxPoolActivationGradientName = 'maxPoolActivationGradient';

export interface ActivationGradientParams {
  readonly rows: number;
  readonly channels: number;
  readonly below: number;
  readonly withBias: boolean;
}

export type ActivationGradientName = 'activationGradient';

export interface BatchNormParams {
  readonly normalisation: NormalisationParams;
  readonly hasScale: boolean;
  readonly hasOffset: boolean;
}

export type BatchNormName = 'batchNorm';

export interface BatchNormTrainingParams {
  readonly normalisation: NormalisationParams;
}

export type BatchNormTrainingName = 'batchNormGrad' | 'batchNormTraining' | 'batchNormTrainingGrad';

export interface RowsParams {
  readonly rows: number;
  readonly classes: number;
}

export type RowsName = 'logSoftmax' | 'logSoftmaxGrad' | 'softmax' | 'softmaxCrossEntropy' | 'softmaxCrossEntropyGrad' | 'softmaxGrad' | 'sparseSoftmaxCrossEntropy' | 'sparseSoftmaxCrossEntropyGrad';

export interface SigmoidCrossEntropyParams {
  readonly count: number;
}

export type SigmoidCrossEntropyName = 'sigmoidCrossEntropy' | 'sigmoidCrossEntropyGrad';

export interface ResizeParams {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

export type ResizeName = 'resizeBilinear' | 'resizeBilinearGrad' | 'resizeNearestNeighbor' | 'resizeNearestNeighborGrad';

export interface CharLstmParams {
  readonly batch: number;
  readonly time: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly allSteps: boolean;
}

export type CharLstmName = 'charLstm' | 'charLstmGrad';

export interface RandomUniformParams {
  readonly count: number;
  readonly advances: boolean;
  readonly least: number;
  readonly range: number;
}

export type RandomUniformName = 'randomUniform';

export interface RandomNormalParams {
  readonly count: number;
  readonly advances: boolean;
  readonly mean: number;
  readonly deviation: number;
}

export type RandomNormalName = 'randomNormal' | 'truncatedNormal';

export interface DropoutMaskParams {
  readonly count: number;
  readonly advances: boolean;
  readonly kept: number;
}

export type DropoutMaskName = 'dropoutMask';

export interface SgdParams {
  readonly sizes: readonly number[];
}

export type SgdName = 'sgd';

export interface MomentumParams {
  readonly sizes: readonly number[];
  readonly momentum: number;
  readonly useNesterov: boolean;
}

export type MomentumName = 'momentum';

export interface AdamParams {
  readonly sizes: readonly number[];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export type AdamName = 'adam';

export interface AdamaxParams {
  readonly sizes: readonly number[];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
}

export type AdamaxName = 'adamax';

export interface RmsPropParams {
  readonly sizes: readonly number[];
  readonly decay: number;
  readonly momentum: number;
  readonly epsilon: number;
}

export type RmsPropName = 'centredRmsProp' | 'rmsProp';

export interface AdagradParams {
  readonly sizes: readonly number[];
  readonly epsilon: number;
}

export type AdagradName = 'adagrad';

export interface AdadeltaParams {
  readonly sizes: readonly number[];
  readonly rho: number;
  readonly epsilon: number;
}

export type AdadeltaName = 'adadelta';

export interface LionParams {
  readonly sizes: readonly number[];
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
}

export type LionName = 'lion';

/** What each operation takes. */
export interface OperationParams {
  readonly abs: UnaryParams;
  readonly absOfInts: UnaryParams;
  readonly acos: UnaryParams;
  readonly acosh: UnaryParams;
  readonly asin: UnaryParams;
  readonly asinh: UnaryParams;
  readonly atan: UnaryParams;
  readonly atanh: UnaryParams;
  readonly ceil: UnaryParams;
  readonly cos: UnaryParams;
  readonly cosh: UnaryParams;
  readonly elu: UnaryParams;
  readonly erf: UnaryParams;
  readonly exp: UnaryParams;
  readonly expm1: UnaryParams;
  readonly floor: UnaryParams;
  readonly isFinite: UnaryParams;
  readonly isInf: UnaryParams;
  readonly isNan: UnaryParams;
  readonly log: UnaryParams;
  readonly log1p: UnaryParams;
  readonly logicalNot: UnaryParams;
  readonly neg: UnaryParams;
  readonly reciprocal: UnaryParams;
  readonly relu: UnaryParams;
  readonly relu6: UnaryParams;
  readonly round: UnaryParams;
  readonly rsqrt: UnaryParams;
  readonly selu: UnaryParams;
  readonly sigmoid: UnaryParams;
  readonly sign: UnaryParams;
  readonly sin: UnaryParams;
  readonly sinh: UnaryParams;
  readonly softplus: UnaryParams;
  readonly sqrt: UnaryParams;
  readonly square: UnaryParams;
  readonly tan: UnaryParams;
  readonly tanh: UnaryParams;
  readonly leakyRelu: LeakyReluParams;
  readonly step: StepParams;
  readonly clipByValue: ClipParams;
  readonly clipByValueOfInts: ClipParams;
  readonly add: BinaryParams;
  readonly atan2: BinaryParams;
  readonly eluGrad: BinaryParams;
  readonly equal: BinaryParams;
  readonly floorDiv: BinaryParams;
  readonly greater: BinaryParams;
  readonly greaterEqual: BinaryParams;
  readonly less: BinaryParams;
  readonly lessEqual: BinaryParams;
  readonly logicalAnd: BinaryParams;
  readonly logicalOr: BinaryParams;
  readonly maximum: BinaryParams;
  readonly minimum: BinaryParams;
  readonly mod: BinaryParams;
  readonly multiply: BinaryParams;
  readonly notEqual: BinaryParams;
  readonly pow: BinaryParams;
  readonly prelu: BinaryParams;
  readonly realDiv: BinaryParams;
  readonly squaredDifference: BinaryParams;
  readonly sub: BinaryParams;
  readonly select: SelectParams;
  readonly cast: CastParams;
  readonly fill: FillParams;
  readonly oneHot: OneHotParams;
  readonly copy: CopyParams;
  readonly concat: ConcatParams;
  readonly stridedCopy: StridedCopyParams;
  readonly pad: PadParams;
  readonly mirrorPad: MirrorPadParams;
  readonly gather: GatherParams;
  readonly unsortedSegmentSum: SegmentSumParams;
  readonly max: ReductionParams;
  readonly mean: ReductionParams;
  readonly min: ReductionParams;
  readonly prod: ReductionParams;
  readonly sum: ReductionParams;
  readonly argMax: ArgExtremeParams;
  readonly argMin: ArgExtremeParams;
  readonly cumprod: CumulativeParams;
  readonly cumsum: CumulativeParams;
  readonly matMul: MatMulParams;
  readonly batchMatMul: BatchMatMulParams;
  readonly conv2d: Conv2dParams;
  readonly conv2dInputGradient: Conv2dInputGradientParams;
  readonly conv2dKernelGradient: Conv2dKernelGradientParams;
  readonly avgPool: PoolParams;
  readonly avgPoolGrad: PoolParams;
  readonly maxPool: PoolParams;
  readonly maxPoolGrad: PoolParams;
  readonly maxPoolActivationGradient: MaxPoolActivationGradientParams;
  readonly activationGradient: ActivationGradientParams;
  readonly batchNorm: BatchNormParams;
  readonly batchNormGrad: BatchNormTrainingParams;
  readonly batchNormTraining: BatchNormTrainingParams;
  readonly batchNormTrainingGrad: BatchNormTrainingParams;
  readonly logSoftmax: RowsParams;
  readonly logSoftmaxGrad: RowsParams;
  readonly softmax: RowsParams;
  readonly softmaxCrossEntropy: RowsParams;
  readonly softmaxCrossEntropyGrad: RowsParams;
  readonly softmaxGrad: RowsParams;
  readonly sparseSoftmaxCrossEntropy: RowsParams;
  readonly sparseSoftmaxCrossEntropyGrad: RowsParams;
  readonly sigmoidCrossEntropy: SigmoidCrossEntropyParams;
  readonly sigmoidCrossEntropyGrad: SigmoidCrossEntropyParams;
  readonly resizeBilinear: ResizeParams;
  readonly resizeBilinearGrad: ResizeParams;
  readonly resizeNearestNeighbor: ResizeParams;
  readonly resizeNearestNeighborGrad: ResizeParams;
  readonly charLstm: CharLstmParams;
  readonly charLstmGrad: CharLstmParams;
  readonly randomUniform: RandomUniformParams;
  readonly randomNormal: RandomNormalParams;
  readonly truncatedNormal: RandomNormalParams;
  readonly dropoutMask: DropoutMaskParams;
  readonly sgd: SgdParams;
  readonly momentum: MomentumParams;
  readonly adam: AdamParams;
  readonly adamax: AdamaxParams;
  readonly centredRmsProp: RmsPropParams;
  readonly rmsProp: RmsPropParams;
  readonly adagrad: AdagradParams;
  readonly adadelta: AdadeltaParams;
  readonly lion: LionParams;
}

export type OperationName = keyof OperationParams;

/** Where parameters are written. */
export type Target = Float64Array | number[];

/** Parameters by name, and one after the other as the addon takes them. */
export interface Codec<Params> {
  /** Returns how many numbers they are. */
  readonly write: (to: Target, params: Params) => number;
  readonly read: (from: ArrayLike<number>) => Params;
}

const codecOfUnary: Codec<UnaryParams> = {
  write(to, params) {
    to[0] = params.count;
    return 1;
  },
  read(from) {
    return { count: from[0] };
  },
};

const codecOfLeakyRelu: Codec<LeakyReluParams> = {
  write(to, params) {
    to[0] = params.count;
    to[1] = params.slope;
    return 2;
  },
  read(from) {
    return { count: from[0], slope: from[1] };
  },
};

const codecOfStep: Codec<StepParams> = {
  write(to, params) {
    to[0] = params.count;
    to[1] = params.below;
    return 2;
  },
  read(from) {
    return { count: from[0], below: from[1] };
  },
};

const codecOfClip: Codec<ClipParams> = {
  write(to, params) {
    to[0] = params.count;
    to[1] = params.least;
    to[2] = params.greatest;
    return 3;
  },
  read(from) {
    return { count: from[0], least: from[1], greatest: from[2] };
  },
};

const codecOfBinary: Codec<BinaryParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.a.length;
    let at = 2;
    for (const value of params.a) to[at++] = value;
    for (const value of params.b) to[at++] = value;
    return at;
  },
  read(from) {
    const rank = from[1];
    return { dtype: DTYPES[from[0]], a: Array.from({ length: rank }, (_, i) => from[2 + i]), b: Array.from({ length: rank }, (_, i) => from[rank + 2 + i]) };
  },
};

const codecOfSelect: Codec<SelectParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.count;
    return 2;
  },
  read(from) {
    return { dtype: DTYPES[from[0]], count: from[1] };
  },
};

const codecOfCast: Codec<CastParams> = {
  write(to, params) {
    to[0] = DTYPE[params.from];
    to[1] = DTYPE[params.to];
    to[2] = params.count;
    return 3;
  },
  read(from) {
    return { from: DTYPES[from[0]], to: DTYPES[from[1]], count: from[2] };
  },
};

const codecOfFill: Codec<FillParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.count;
    to[2] = params.value;
    return 3;
  },
  read(from) {
    return { dtype: DTYPES[from[0]], count: from[1], value: from[2] };
  },
};

const codecOfOneHot: Codec<OneHotParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.count;
    to[2] = params.depth;
    to[3] = params.on;
    to[4] = params.off;
    return 5;
  },
  read(from) {
    return { dtype: DTYPES[from[0]], count: from[1], depth: from[2], on: from[3], off: from[4] };
  },
};

const codecOfCopy: Codec<CopyParams> = {
  write(to, params) {
    to[0] = params.bytes;
    return 1;
  },
  read(from) {
    return { bytes: from[0] };
  },
};

const codecOfConcat: Codec<ConcatParams> = {
  write(to, params) {
    to[0] = params.rows;
    let at = 1;
    for (const value of params.rowBytes) to[at++] = value;
    return at;
  },
  read(from) {
    return { rows: from[0], rowBytes: Array.from({ length: from.length - 1 }, (_, i) => from[1 + i]) };
  },
};

const codecOfStridedCopy: Codec<StridedCopyParams> = {
  write(to, params) {
    to[0] = params.bytes;
    to[1] = params.inputSize;
    to[2] = params.offset;
    to[3] = params.shape.length;
    let at = 4;
    for (const value of params.shape) to[at++] = value;
    for (const value of params.strides) to[at++] = value;
    return at;
  },
  read(from) {
    const rank = from[3];
    return { bytes: from[0], inputSize: from[1], offset: from[2], shape: Array.from({ length: rank }, (_, i) => from[4 + i]), strides: Array.from({ length: rank }, (_, i) => from[rank + 4 + i]) };
  },
};

const codecOfPad: Codec<PadParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.value;
    to[2] = params.inside.length;
    let at = 3;
    for (const value of params.inside) to[at++] = value;
    for (const value of params.before) to[at++] = value;
    for (const value of params.after) to[at++] = value;
    return at;
  },
  read(from) {
    const rank = from[2];
    return { dtype: DTYPES[from[0]], value: from[1], inside: Array.from({ length: rank }, (_, i) => from[3 + i]), before: Array.from({ length: rank }, (_, i) => from[rank + 3 + i]), after: Array.from({ length: rank }, (_, i) => from[rank + rank + 3 + i]) };
  },
};

const codecOfMirrorPad: Codec<MirrorPadParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.edge ? 1 : 0;
    to[2] = params.inside.length;
    let at = 3;
    for (const value of params.inside) to[at++] = value;
    for (const value of params.before) to[at++] = value;
    for (const value of params.after) to[at++] = value;
    return at;
  },
  read(from) {
    const rank = from[2];
    return { dtype: DTYPES[from[0]], edge: from[1] === 1, inside: Array.from({ length: rank }, (_, i) => from[3 + i]), before: Array.from({ length: rank }, (_, i) => from[rank + 3 + i]), after: Array.from({ length: rank }, (_, i) => from[rank + rank + 3 + i]) };
  },
};

const codecOfGather: Codec<GatherParams> = {
  write(to, params) {
    to[0] = params.bytes;
    to[1] = params.batch;
    to[2] = params.outer;
    to[3] = params.length;
    to[4] = params.count;
    return 5;
  },
  read(from) {
    return { bytes: from[0], batch: from[1], outer: from[2], length: from[3], count: from[4] };
  },
};

const codecOfSegmentSum: Codec<SegmentSumParams> = {
  write(to, params) {
    to[0] = params.rows;
    to[1] = params.width;
    to[2] = params.segments;
    return 3;
  },
  read(from) {
    return { rows: from[0], width: from[1], segments: from[2] };
  },
};

const codecOfReduction: Codec<ReductionParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.shape.length;
    let at = 2;
    for (const value of params.shape) to[at++] = value;
    for (const value of params.reduced) to[at++] = Number(value);
    return at;
  },
  read(from) {
    const rank = from[1];
    return { dtype: DTYPES[from[0]], shape: Array.from({ length: rank }, (_, i) => from[2 + i]), reduced: Array.from({ length: rank }, (_, i) => from[rank + 2 + i] === 1) };
  },
};

const codecOfArgExtreme: Codec<ArgExtremeParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.outer;
    to[2] = params.length;
    to[3] = params.inner;
    return 4;
  },
  read(from) {
    return { dtype: DTYPES[from[0]], outer: from[1], length: from[2], inner: from[3] };
  },
};

const codecOfCumulative: Codec<CumulativeParams> = {
  write(to, params) {
    to[0] = DTYPE[params.dtype];
    to[1] = params.outer;
    to[2] = params.length;
    to[3] = params.inner;
    to[4] = params.exclusive ? 1 : 0;
    to[5] = params.reverse ? 1 : 0;
    return 6;
  },
  read(from) {
    return { dtype: DTYPES[from[0]], outer: from[1], length: from[2], inner: from[3], exclusive: from[4] === 1, reverse: from[5] === 1 };
  },
};

const codecOfMatMul: Codec<MatMulParams> = {
  write(to, params) {
    to[0] = params.matrices.transposeA ? 1 : 0;
    to[1] = params.matrices.transposeB ? 1 : 0;
    to[2] = params.matrices.rows;
    to[3] = params.matrices.columns;
    to[4] = params.matrices.inner;
    to[5] = params.epilogue.hasBias ? 1 : 0;
    to[6] = ACTIVATION[params.epilogue.activation];
    to[7] = params.epilogue.alpha;
    to[8] = params.epilogue.slopePerChannel ? 1 : 0;
    return 9;
  },
  read(from) {
    return { matrices: { transposeA: from[0] === 1, transposeB: from[1] === 1, rows: from[2], columns: from[3], inner: from[4] }, epilogue: { hasBias: from[5] === 1, activation: ACTIVATIONS[from[6]], alpha: from[7], slopePerChannel: from[8] === 1 } };
  },
};

const codecOfBatchMatMul: Codec<BatchMatMulParams> = {
  write(to, params) {
    to[0] = params.matrices.transposeA ? 1 : 0;
    to[1] = params.matrices.transposeB ? 1 : 0;
    to[2] = params.matrices.rows;
    to[3] = params.matrices.columns;
    to[4] = params.matrices.inner;
    to[5] = params.a.length;
    let at = 6;
    for (const value of params.a) to[at++] = value;
    for (const value of params.b) to[at++] = value;
    return at;
  },
  read(from) {
    const rank = from[5];
    return { matrices: { transposeA: from[0] === 1, transposeB: from[1] === 1, rows: from[2], columns: from[3], inner: from[4] }, a: Array.from({ length: rank }, (_, i) => from[6 + i]), b: Array.from({ length: rank }, (_, i) => from[rank + 6 + i]) };
  },
};

const codecOfConv2d: Codec<Conv2dParams> = {
  write(to, params) {
    to[0] = params.window.batch;
    to[1] = params.window.inHeight;
    to[2] = params.window.inWidth;
    to[3] = params.window.inChannels;
    to[4] = params.window.outHeight;
    to[5] = params.window.outWidth;
    to[6] = params.window.outChannels;
    to[7] = params.window.kernelHeight;
    to[8] = params.window.kernelWidth;
    to[9] = params.window.strideHeight;
    to[10] = params.window.strideWidth;
    to[11] = params.window.dilationHeight;
    to[12] = params.window.dilationWidth;
    to[13] = params.window.padTop;
    to[14] = params.window.padLeft;
    to[15] = params.depthwise ? 1 : 0;
    to[16] = params.epilogue.hasBias ? 1 : 0;
    to[17] = ACTIVATION[params.epilogue.activation];
    to[18] = params.epilogue.alpha;
    to[19] = params.epilogue.slopePerChannel ? 1 : 0;
    return 20;
  },
  read(from) {
    return { window: { batch: from[0], inHeight: from[1], inWidth: from[2], inChannels: from[3], outHeight: from[4], outWidth: from[5], outChannels: from[6], kernelHeight: from[7], kernelWidth: from[8], strideHeight: from[9], strideWidth: from[10], dilationHeight: from[11], dilationWidth: from[12], padTop: from[13], padLeft: from[14] }, depthwise: from[15] === 1, epilogue: { hasBias: from[16] === 1, activation: ACTIVATIONS[from[17]], alpha: from[18], slopePerChannel: from[19] === 1 } };
  },
};

const codecOfConv2dInputGradient: Codec<Conv2dInputGradientParams> = {
  write(to, params) {
    to[0] = params.window.batch;
    to[1] = params.window.inHeight;
    to[2] = params.window.inWidth;
    to[3] = params.window.inChannels;
    to[4] = params.window.outHeight;
    to[5] = params.window.outWidth;
    to[6] = params.window.outChannels;
    to[7] = params.window.kernelHeight;
    to[8] = params.window.kernelWidth;
    to[9] = params.window.strideHeight;
    to[10] = params.window.strideWidth;
    to[11] = params.window.dilationHeight;
    to[12] = params.window.dilationWidth;
    to[13] = params.window.padTop;
    to[14] = params.window.padLeft;
    to[15] = params.depthwise ? 1 : 0;
    return 16;
  },
  read(from) {
    return { window: { batch: from[0], inHeight: from[1], inWidth: from[2], inChannels: from[3], outHeight: from[4], outWidth: from[5], outChannels: from[6], kernelHeight: from[7], kernelWidth: from[8], strideHeight: from[9], strideWidth: from[10], dilationHeight: from[11], dilationWidth: from[12], padTop: from[13], padLeft: from[14] }, depthwise: from[15] === 1 };
  },
};

const codecOfConv2dKernelGradient: Codec<Conv2dKernelGradientParams> = {
  write(to, params) {
    to[0] = params.window.batch;
    to[1] = params.window.inHeight;
    to[2] = params.window.inWidth;
    to[3] = params.window.inChannels;
    to[4] = params.window.outHeight;
    to[5] = params.window.outWidth;
    to[6] = params.window.outChannels;
    to[7] = params.window.kernelHeight;
    to[8] = params.window.kernelWidth;
    to[9] = params.window.strideHeight;
    to[10] = params.window.strideWidth;
    to[11] = params.window.dilationHeight;
    to[12] = params.window.dilationWidth;
    to[13] = params.window.padTop;
    to[14] = params.window.padLeft;
    to[15] = params.depthwise ? 1 : 0;
    to[16] = params.withBias ? 1 : 0;
    return 17;
  },
  read(from) {
    return { window: { batch: from[0], inHeight: from[1], inWidth: from[2], inChannels: from[3], outHeight: from[4], outWidth: from[5], outChannels: from[6], kernelHeight: from[7], kernelWidth: from[8], strideHeight: from[9], strideWidth: from[10], dilationHeight: from[11], dilationWidth: from[12], padTop: from[13], padLeft: from[14] }, depthwise: from[15] === 1, withBias: from[16] === 1 };
  },
};

const codecOfPool: Codec<PoolParams> = {
  write(to, params) {
    to[0] = params.window.batch;
    to[1] = params.window.inHeight;
    to[2] = params.window.inWidth;
    to[3] = params.window.inChannels;
    to[4] = params.window.outHeight;
    to[5] = params.window.outWidth;
    to[6] = params.window.outChannels;
    to[7] = params.window.kernelHeight;
    to[8] = params.window.kernelWidth;
    to[9] = params.window.strideHeight;
    to[10] = params.window.strideWidth;
    to[11] = params.window.dilationHeight;
    to[12] = params.window.dilationWidth;
    to[13] = params.window.padTop;
    to[14] = params.window.padLeft;
    return 15;
  },
  read(from) {
    return { window: { batch: from[0], inHeight: from[1], inWidth: from[2], inChannels: from[3], outHeight: from[4], outWidth: from[5], outChannels: from[6], kernelHeight: from[7], kernelWidth: from[8], strideHeight: from[9], strideWidth: from[10], dilationHeight: from[11], dilationWidth: from[12], padTop: from[13], padLeft: from[14] } };
  },
};

const codecOfMaxPoolActivationGradient: Codec<MaxPoolActivationGradientParams> = {
  write(to, params) {
    to[0] = params.window.batch;
    to[1] = params.window.inHeight;
    to[2] = params.window.inWidth;
    to[3] = params.window.inChannels;
    to[4] = params.window.outHeight;
    to[5] = params.window.outWidth;
    to[6] = params.window.outChannels;
    to[7] = params.window.kernelHeight;
    to[8] = params.window.kernelWidth;
    to[9] = params.window.strideHeight;
    to[10] = params.window.strideWidth;
    to[11] = params.window.dilationHeight;
    to[12] = params.window.dilationWidth;
    to[13] = params.window.padTop;
    to[14] = params.window.padLeft;
    to[15] = params.below;
    to[16] = params.withBias ? 1 : 0;
    return 17;
  },
  read(from) {
    return { window: { batch: from[0], inHeight: from[1], inWidth: from[2], inChannels: from[3], outHeight: from[4], outWidth: from[5], outChannels: from[6], kernelHeight: from[7], kernelWidth: from[8], strideHeight: from[9], strideWidth: from[10], dilationHeight: from[11], dilationWidth: from[12], padTop: from[13], padLeft: from[14] }, below: from[15], withBias: from[16] === 1 };
  },
};

const codecOfActivationGradient: Codec<ActivationGradientParams> = {
  write(to, params) {
    to[0] = params.rows;
    to[1] = params.channels;
    to[2] = params.below;
    to[3] = params.withBias ? 1 : 0;
    return 4;
  },
  read(from) {
    return { rows: from[0], channels: from[1], below: from[2], withBias: from[3] === 1 };
  },
};

const codecOfBatchNorm: Codec<BatchNormParams> = {
  write(to, params) {
    to[0] = params.normalisation.rows;
    to[1] = params.normalisation.channels;
    to[2] = params.normalisation.epsilon;
    to[3] = params.hasScale ? 1 : 0;
    to[4] = params.hasOffset ? 1 : 0;
    return 5;
  },
  read(from) {
    return { normalisation: { rows: from[0], channels: from[1], epsilon: from[2] }, hasScale: from[3] === 1, hasOffset: from[4] === 1 };
  },
};

const codecOfBatchNormTraining: Codec<BatchNormTrainingParams> = {
  write(to, params) {
    to[0] = params.normalisation.rows;
    to[1] = params.normalisation.channels;
    to[2] = params.normalisation.epsilon;
    return 3;
  },
  read(from) {
    return { normalisation: { rows: from[0], channels: from[1], epsilon: from[2] } };
  },
};

const codecOfRows: Codec<RowsParams> = {
  write(to, params) {
    to[0] = params.rows;
    to[1] = params.classes;
    return 2;
  },
  read(from) {
    return { rows: from[0], classes: from[1] };
  },
};

const codecOfSigmoidCrossEntropy: Codec<SigmoidCrossEntropyParams> = {
  write(to, params) {
    to[0] = params.count;
    return 1;
  },
  read(from) {
    return { count: from[0] };
  },
};

const codecOfResize: Codec<ResizeParams> = {
  write(to, params) {
    to[0] = params.batch;
    to[1] = params.inHeight;
    to[2] = params.inWidth;
    to[3] = params.channels;
    to[4] = params.outHeight;
    to[5] = params.outWidth;
    to[6] = params.alignCorners ? 1 : 0;
    to[7] = params.halfPixelCenters ? 1 : 0;
    return 8;
  },
  read(from) {
    return { batch: from[0], inHeight: from[1], inWidth: from[2], channels: from[3], outHeight: from[4], outWidth: from[5], alignCorners: from[6] === 1, halfPixelCenters: from[7] === 1 };
  },
};

const codecOfCharLstm: Codec<CharLstmParams> = {
  write(to, params) {
    to[0] = params.batch;
    to[1] = params.time;
    to[2] = params.hidden;
    to[3] = params.vocabulary;
    to[4] = params.allSteps ? 1 : 0;
    return 5;
  },
  read(from) {
    return { batch: from[0], time: from[1], hidden: from[2], vocabulary: from[3], allSteps: from[4] === 1 };
  },
};

const codecOfRandomUniform: Codec<RandomUniformParams> = {
  write(to, params) {
    to[0] = params.count;
    to[1] = params.advances ? 1 : 0;
    to[2] = params.least;
    to[3] = params.range;
    return 4;
  },
  read(from) {
    return { count: from[0], advances: from[1] === 1, least: from[2], range: from[3] };
  },
};

const codecOfRandomNormal: Codec<RandomNormalParams> = {
  write(to, params) {
    to[0] = params.count;
    to[1] = params.advances ? 1 : 0;
    to[2] = params.mean;
    to[3] = params.deviation;
    return 4;
  },
  read(from) {
    return { count: from[0], advances: from[1] === 1, mean: from[2], deviation: from[3] };
  },
};

const codecOfDropoutMask: Codec<DropoutMaskParams> = {
  write(to, params) {
    to[0] = params.count;
    to[1] = params.advances ? 1 : 0;
    to[2] = params.kept;
    return 3;
  },
  read(from) {
    return { count: from[0], advances: from[1] === 1, kept: from[2] };
  },
};

const codecOfSgd: Codec<SgdParams> = {
  write(to, params) {
    to[0] = params.sizes.length;
    let at = 1;
    for (const value of params.sizes) to[at++] = value;
    return at;
  },
  read(from) {
    const count = from[0];
    return { sizes: Array.from({ length: count }, (_, i) => from[1 + i]) };
  },
};

const codecOfMomentum: Codec<MomentumParams> = {
  write(to, params) {
    to[0] = params.sizes.length;
    let at = 1;
    for (const value of params.sizes) to[at++] = value;
    to[at++] = params.momentum;
    to[at++] = params.useNesterov ? 1 : 0;
    return at;
  },
  read(from) {
    const count = from[0];
    return { sizes: Array.from({ length: count }, (_, i) => from[1 + i]), momentum: from[count + 1], useNesterov: from[count + 2] === 1 };
  },
};

const codecOfAdam: Codec<AdamParams> = {
  write(to, params) {
    to[0] = params.sizes.length;
    let at = 1;
    for (const value of params.sizes) to[at++] = value;
    to[at++] = params.beta1;
    to[at++] = params.beta2;
    to[at++] = params.epsilon;
    return at;
  },
  read(from) {
    const count = from[0];
    return { sizes: Array.from({ length: count }, (_, i) => from[1 + i]), beta1: from[count + 1], beta2: from[count + 2], epsilon: from[count + 3] };
  },
};

const codecOfAdamax: Codec<AdamaxParams> = {
  write(to, params) {
    to[0] = params.sizes.length;
    let at = 1;
    for (const value of params.sizes) to[at++] = value;
    to[at++] = params.beta1;
    to[at++] = params.beta2;
    to[at++] = params.epsilon;
    to[at++] = params.decay;
    return at;
  },
  read(from) {
    const count = from[0];
    return { sizes: Array.from({ length: count }, (_, i) => from[1 + i]), beta1: from[count + 1], beta2: from[count + 2], epsilon: from[count + 3], decay: from[count + 4] };
  },
};

const codecOfRmsProp: Codec<RmsPropParams> = {
  write(to, params) {
    to[0] = params.sizes.length;
    let at = 1;
    for (const value of params.sizes) to[at++] = value;
    to[at++] = params.decay;
    to[at++] = params.momentum;
    to[at++] = params.epsilon;
    return at;
  },
  read(from) {
    const count = from[0];
    return { sizes: Array.from({ length: count }, (_, i) => from[1 + i]), decay: from[count + 1], momentum: from[count + 2], epsilon: from[count + 3] };
  },
};

const codecOfAdagrad: Codec<AdagradParams> = {
  write(to, params) {
    to[0] = params.sizes.length;
    let at = 1;
    for (const value of params.sizes) to[at++] = value;
    to[at++] = params.epsilon;
    return at;
  },
  read(from) {
    const count = from[0];
    return { sizes: Array.from({ length: count }, (_, i) => from[1 + i]), epsilon: from[count + 1] };
  },
};

const codecOfAdadelta: Codec<AdadeltaParams> = {
  write(to, params) {
    to[0] = params.sizes.length;
    let at = 1;
    for (const value of params.sizes) to[at++] = value;
    to[at++] = params.rho;
    to[at++] = params.epsilon;
    return at;
  },
  read(from) {
    const count = from[0];
    return { sizes: Array.from({ length: count }, (_, i) => from[1 + i]), rho: from[count + 1], epsilon: from[count + 2] };
  },
};

const codecOfLion: Codec<LionParams> = {
  write(to, params) {
    to[0] = params.sizes.length;
    let at = 1;
    for (const value of params.sizes) to[at++] = value;
    to[at++] = params.beta1;
    to[at++] = params.beta2;
    to[at++] = params.weightDecay;
    return at;
  },
  read(from) {
    const count = from[0];
    return { sizes: Array.from({ length: count }, (_, i) => from[1 + i]), beta1: from[count + 1], beta2: from[count + 2], weightDecay: from[count + 3] };
  },
};

/** By the names of operations. */
export const operations: {
  readonly [Name in OperationName]: Codec<OperationParams[Name]>;
} = {
  abs: codecOfUnary,
  absOfInts: codecOfUnary,
  acos: codecOfUnary,
  acosh: codecOfUnary,
  asin: codecOfUnary,
  asinh: codecOfUnary,
  atan: codecOfUnary,
  atanh: codecOfUnary,
  ceil: codecOfUnary,
  cos: codecOfUnary,
  cosh: codecOfUnary,
  elu: codecOfUnary,
  erf: codecOfUnary,
  exp: codecOfUnary,
  expm1: codecOfUnary,
  floor: codecOfUnary,
  isFinite: codecOfUnary,
  isInf: codecOfUnary,
  isNan: codecOfUnary,
  log: codecOfUnary,
  log1p: codecOfUnary,
  logicalNot: codecOfUnary,
  neg: codecOfUnary,
  reciprocal: codecOfUnary,
  relu: codecOfUnary,
  relu6: codecOfUnary,
  round: codecOfUnary,
  rsqrt: codecOfUnary,
  selu: codecOfUnary,
  sigmoid: codecOfUnary,
  sign: codecOfUnary,
  sin: codecOfUnary,
  sinh: codecOfUnary,
  softplus: codecOfUnary,
  sqrt: codecOfUnary,
  square: codecOfUnary,
  tan: codecOfUnary,
  tanh: codecOfUnary,
  leakyRelu: codecOfLeakyRelu,
  step: codecOfStep,
  clipByValue: codecOfClip,
  clipByValueOfInts: codecOfClip,
  add: codecOfBinary,
  atan2: codecOfBinary,
  eluGrad: codecOfBinary,
  equal: codecOfBinary,
  floorDiv: codecOfBinary,
  greater: codecOfBinary,
  greaterEqual: codecOfBinary,
  less: codecOfBinary,
  lessEqual: codecOfBinary,
  logicalAnd: codecOfBinary,
  logicalOr: codecOfBinary,
  maximum: codecOfBinary,
  minimum: codecOfBinary,
  mod: codecOfBinary,
  multiply: codecOfBinary,
  notEqual: codecOfBinary,
  pow: codecOfBinary,
  prelu: codecOfBinary,
  realDiv: codecOfBinary,
  squaredDifference: codecOfBinary,
  sub: codecOfBinary,
  select: codecOfSelect,
  cast: codecOfCast,
  fill: codecOfFill,
  oneHot: codecOfOneHot,
  copy: codecOfCopy,
  concat: codecOfConcat,
  stridedCopy: codecOfStridedCopy,
  pad: codecOfPad,
  mirrorPad: codecOfMirrorPad,
  gather: codecOfGather,
  unsortedSegmentSum: codecOfSegmentSum,
  max: codecOfReduction,
  mean: codecOfReduction,
  min: codecOfReduction,
  prod: codecOfReduction,
  sum: codecOfReduction,
  argMax: codecOfArgExtreme,
  argMin: codecOfArgExtreme,
  cumprod: codecOfCumulative,
  cumsum: codecOfCumulative,
  matMul: codecOfMatMul,
  batchMatMul: codecOfBatchMatMul,
  conv2d: codecOfConv2d,
  conv2dInputGradient: codecOfConv2dInputGradient,
  conv2dKernelGradient: codecOfConv2dKernelGradient,
  avgPool: codecOfPool,
  avgPoolGrad: codecOfPool,
  maxPool: codecOfPool,
  maxPoolGrad: codecOfPool,
  maxPoolActivationGradient: codecOfMaxPoolActivationGradient,
  activationGradient: codecOfActivationGradient,
  batchNorm: codecOfBatchNorm,
  batchNormGrad: codecOfBatchNormTraining,
  batchNormTraining: codecOfBatchNormTraining,
  batchNormTrainingGrad: codecOfBatchNormTraining,
  logSoftmax: codecOfRows,
  logSoftmaxGrad: codecOfRows,
  softmax: codecOfRows,
  softmaxCrossEntropy: codecOfRows,
  softmaxCrossEntropyGrad: codecOfRows,
  softmaxGrad: codecOfRows,
  sparseSoftmaxCrossEntropy: codecOfRows,
  sparseSoftmaxCrossEntropyGrad: codecOfRows,
  sigmoidCrossEntropy: codecOfSigmoidCrossEntropy,
  sigmoidCrossEntropyGrad: codecOfSigmoidCrossEntropy,
  resizeBilinear: codecOfResize,
  resizeBilinearGrad: codecOfResize,
  resizeNearestNeighbor: codecOfResize,
  resizeNearestNeighborGrad: codecOfResize,
  charLstm: codecOfCharLstm,
  charLstmGrad: codecOfCharLstm,
  randomUniform: codecOfRandomUniform,
  randomNormal: codecOfRandomNormal,
  truncatedNormal: codecOfRandomNormal,
  dropoutMask: codecOfDropoutMask,
  sgd: codecOfSgd,
  momentum: codecOfMomentum,
  adam: codecOfAdam,
  adamax: codecOfAdamax,
  centredRmsProp: codecOfRmsProp,
  rmsProp: codecOfRmsProp,
  adagrad: codecOfAdagrad,
  adadelta: codecOfAdadelta,
  lion: codecOfLion,
};

/** The parameters as the addon takes them. */
export function paramsOf<Name extends OperationName>(op: Name, params: OperationParams[Name]): number[] {
  const numbers: number[] = [];
  operations[op].write(numbers, params);
  return numbers;
}
