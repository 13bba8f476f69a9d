// Made from addon/operations.json by `npm run operations`.
// clang-format off
#pragma once

#include <vector>

#include "binding/params.h"

namespace notegrad {

constexpr const char* kSchema = "f7d540faf941467d";

struct WindowParams {
  static constexpr size_t kCount = 15;
  WindowParams(const Params& params, size_t first)
      : batch(params.intSize(first + 0)),
        inHeight(params.length(first + 1)),
        inWidth(params.length(first + 2)),
        inChannels(params.intSize(first + 3)),
        outHeight(params.length(first + 4)),
        outWidth(params.length(first + 5)),
        outChannels(params.intSize(first + 6)),
        kernelHeight(params.length(first + 7)),
        kernelWidth(params.length(first + 8)),
        strideHeight(params.length(first + 9)),
        strideWidth(params.length(first + 10)),
        dilationHeight(params.length(first + 11)),
        dilationWidth(params.length(first + 12)),
        padTop(params.intSize(first + 13)),
        padLeft(params.intSize(first + 14)) {}

  int64_t batch;
  int64_t inHeight;
  int64_t inWidth;
  int64_t inChannels;
  int64_t outHeight;
  int64_t outWidth;
  int64_t outChannels;
  int64_t kernelHeight;
  int64_t kernelWidth;
  int64_t strideHeight;
  int64_t strideWidth;
  int64_t dilationHeight;
  int64_t dilationWidth;
  int64_t padTop;
  int64_t padLeft;
};

struct EpilogueParams {
  static constexpr size_t kCount = 4;
  EpilogueParams(const Params& params, size_t first)
      : hasBias(params.flag(first + 0)),
        activation(static_cast<Activation>(params.code(first + 1, kMostActivation))),
        alpha(params.number(first + 2)),
        slopePerChannel(params.flag(first + 3)) {}

  bool hasBias;
  Activation activation;
  double alpha;
  bool slopePerChannel;
};

struct MatricesParams {
  static constexpr size_t kCount = 5;
  MatricesParams(const Params& params, size_t first)
      : transposeA(params.flag(first + 0)),
        transposeB(params.flag(first + 1)),
        rows(params.intSize(first + 2)),
        columns(params.intSize(first + 3)),
        inner(params.intSize(first + 4)) {}

  bool transposeA;
  bool transposeB;
  int64_t rows;
  int64_t columns;
  int64_t inner;
};

struct NormalisationParams {
  static constexpr size_t kCount = 3;
  NormalisationParams(const Params& params, size_t first)
      : rows(params.size(first + 0)),
        channels(params.size(first + 1)),
        epsilon(params.number(first + 2)) {}

  int64_t rows;
  int64_t channels;
  double epsilon;
};

// abs, absOfInts, acos, acosh, asin, asinh, atan, atanh, ceil, cos, cosh, elu, erf, exp, expm1, floor, isFinite, isInf, isNan, log, log1p, logicalNot, neg, reciprocal, relu, relu6, round, rsqrt, selu, sigmoid, sign, sin, sinh, softplus, sqrt, square, tan, tanh
struct UnaryParams {
  static constexpr size_t kCount = 1;
  explicit UnaryParams(const Params& params) : UnaryParams(params.expecting(kCount), 0) {}
  UnaryParams(const Params& params, size_t first)
      : count(params.size(first + 0)) {}

  int64_t count;
};

// leakyRelu
struct LeakyReluParams {
  static constexpr size_t kCount = 2;
  explicit LeakyReluParams(const Params& params) : LeakyReluParams(params.expecting(kCount), 0) {}
  LeakyReluParams(const Params& params, size_t first)
      : count(params.size(first + 0)),
        slope(params.number(first + 1)) {}

  int64_t count;
  double slope;
};

// step
struct StepParams {
  static constexpr size_t kCount = 2;
  explicit StepParams(const Params& params) : StepParams(params.expecting(kCount), 0) {}
  StepParams(const Params& params, size_t first)
      : count(params.size(first + 0)),
        below(params.number(first + 1)) {}

  int64_t count;
  double below;
};

// clipByValue, clipByValueOfInts
struct ClipParams {
  static constexpr size_t kCount = 3;
  explicit ClipParams(const Params& params) : ClipParams(params.expecting(kCount), 0) {}
  ClipParams(const Params& params, size_t first)
      : count(params.size(first + 0)),
        least(params.number(first + 1)),
        greatest(params.number(first + 2)) {}

  int64_t count;
  double least;
  double greatest;
};

// add, atan2, eluGrad, equal, floorDiv, greater, greaterEqual, less, lessEqual, logicalAnd, logicalOr, maximum, minimum, mod, multiply, notEqual, pow, prelu, realDiv, squaredDifference, sub
struct BinaryParams {
  explicit BinaryParams(const Params& params) : dtype(static_cast<DType>(params.code(0, kMostDType))) {
    size_t at = 1;
    const size_t rank = params.rank(at++);
    a = params.shape(at, rank);
    at += a.size();
    b = params.shape(at, rank);
    at += b.size();
    params.expectCount(at);
  }

  DType dtype;
  std::vector<int64_t> a;
  std::vector<int64_t> b;
};

// select
struct SelectParams {
  static constexpr size_t kCount = 2;
  explicit SelectParams(const Params& params) : SelectParams(params.expecting(kCount), 0) {}
  SelectParams(const Params& params, size_t first)
      : dtype(static_cast<DType>(params.code(first + 0, kMostDType))),
        count(params.size(first + 1)) {}

  DType dtype;
  int64_t count;
};

// cast
struct CastParams {
  static constexpr size_t kCount = 3;
  explicit CastParams(const Params& params) : CastParams(params.expecting(kCount), 0) {}
  CastParams(const Params& params, size_t first)
      : from(static_cast<DType>(params.code(first + 0, kMostDType))),
        to(static_cast<DType>(params.code(first + 1, kMostDType))),
        count(params.size(first + 2)) {}

  DType from;
  DType to;
  int64_t count;
};

// fill
struct FillParams {
  static constexpr size_t kCount = 3;
  explicit FillParams(const Params& params) : FillParams(params.expecting(kCount), 0) {}
  FillParams(const Params& params, size_t first)
      : dtype(static_cast<DType>(params.code(first + 0, kMostDType))),
        count(params.size(first + 1)),
        value(params.number(first + 2)) {}

  DType dtype;
  int64_t count;
  double value;
};

// oneHot
struct OneHotParams {
  static constexpr size_t kCount = 5;
  explicit OneHotParams(const Params& params) : OneHotParams(params.expecting(kCount), 0) {}
  OneHotParams(const Params& params, size_t first)
      : dtype(static_cast<DType>(params.code(first + 0, kMostDType))),
        count(params.size(first + 1)),
        depth(params.size(first + 2)),
        on(params.number(first + 3)),
        off(params.number(first + 4)) {}

  DType dtype;
  int64_t count;
  int64_t depth;
  double on;
  double off;
};

// copy
struct CopyParams {
  static constexpr size_t kCount = 1;
  explicit CopyParams(const Params& params) : CopyParams(params.expecting(kCount), 0) {}
  CopyParams(const Params& params, size_t first)
      : bytes(params.size(first + 0)) {}

  int64_t bytes;
};

// concat
struct ConcatParams {
  explicit ConcatParams(const Params& params) : rows(params.size(0)) {
    size_t at = 1;
    rowBytes = params.shape(at, params.count() - at);
    at += rowBytes.size();
    params.expectCount(at);
  }

  int64_t rows;
  std::vector<int64_t> rowBytes;
};

// stridedCopy
struct StridedCopyParams {
  explicit StridedCopyParams(const Params& params) : bytes(params.size(0)), inputSize(params.size(1)), offset(params.size(2)) {
    size_t at = 3;
    const size_t rank = params.rank(at++);
    shape = params.shape(at, rank);
    at += shape.size();
    strides = params.integers(at, rank);
    at += strides.size();
    params.expectCount(at);
  }

  int64_t bytes;
  int64_t inputSize;
  int64_t offset;
  std::vector<int64_t> shape;
  std::vector<int64_t> strides;
};

// pad
struct PadParams {
  explicit PadParams(const Params& params) : dtype(static_cast<DType>(params.code(0, kMostDType))), value(params.number(1)) {
    size_t at = 2;
    const size_t rank = params.rank(at++);
    inside = params.shape(at, rank);
    at += inside.size();
    before = params.shape(at, rank);
    at += before.size();
    after = params.shape(at, rank);
    at += after.size();
    params.expectCount(at);
  }

  DType dtype;
  double value;
  std::vector<int64_t> inside;
  std::vector<int64_t> before;
  std::vector<int64_t> after;
};

// mirrorPad
struct MirrorPadParams {
  explicit MirrorPadParams(const Params& params) : dtype(static_cast<DType>(params.code(0, kMostDType))), edge(params.flag(1)) {
    size_t at = 2;
    const size_t rank = params.rank(at++);
    inside = params.shape(at, rank);
    at += inside.size();
    before = params.shape(at, rank);
    at += before.size();
    after = params.shape(at, rank);
    at += after.size();
    params.expectCount(at);
  }

  DType dtype;
  bool edge;
  std::vector<int64_t> inside;
  std::vector<int64_t> before;
  std::vector<int64_t> after;
};

// gather
struct GatherParams {
  static constexpr size_t kCount = 5;
  explicit GatherParams(const Params& params) : GatherParams(params.expecting(kCount), 0) {}
  GatherParams(const Params& params, size_t first)
      : bytes(params.size(first + 0)),
        batch(params.size(first + 1)),
        outer(params.size(first + 2)),
        length(params.size(first + 3)),
        count(params.size(first + 4)) {}

  int64_t bytes;
  int64_t batch;
  int64_t outer;
  int64_t length;
  int64_t count;
};

// unsortedSegmentSum
struct SegmentSumParams {
  static constexpr size_t kCount = 3;
  explicit SegmentSumParams(const Params& params) : SegmentSumParams(params.expecting(kCount), 0) {}
  SegmentSumParams(const Params& params, size_t first)
      : rows(params.size(first + 0)),
        width(params.size(first + 1)),
        segments(params.size(first + 2)) {}

  int64_t rows;
  int64_t width;
  int64_t segments;
};

// max, mean, min, prod, sum
struct ReductionParams {
  explicit ReductionParams(const Params& params) : dtype(static_cast<DType>(params.code(0, kMostDType))) {
    size_t at = 1;
    const size_t rank = params.rank(at++);
    shape = params.shape(at, rank);
    at += shape.size();
    reduced = params.flags(at, rank);
    at += reduced.size();
    params.expectCount(at);
  }

  DType dtype;
  std::vector<int64_t> shape;
  std::vector<bool> reduced;
};

// argMax, argMin
struct ArgExtremeParams {
  static constexpr size_t kCount = 4;
  explicit ArgExtremeParams(const Params& params) : ArgExtremeParams(params.expecting(kCount), 0) {}
  ArgExtremeParams(const Params& params, size_t first)
      : dtype(static_cast<DType>(params.code(first + 0, kMostDType))),
        outer(params.size(first + 1)),
        length(params.positive(first + 2)),
        inner(params.size(first + 3)) {}

  DType dtype;
  int64_t outer;
  int64_t length;
  int64_t inner;
};

// cumprod, cumsum
struct CumulativeParams {
  static constexpr size_t kCount = 6;
  explicit CumulativeParams(const Params& params) : CumulativeParams(params.expecting(kCount), 0) {}
  CumulativeParams(const Params& params, size_t first)
      : dtype(static_cast<DType>(params.code(first + 0, kMostDType))),
        outer(params.size(first + 1)),
        length(params.size(first + 2)),
        inner(params.size(first + 3)),
        exclusive(params.flag(first + 4)),
        reverse(params.flag(first + 5)) {}

  DType dtype;
  int64_t outer;
  int64_t length;
  int64_t inner;
  bool exclusive;
  bool reverse;
};

// matMul
struct MatMulParams {
  static constexpr size_t kCount = 9;
  explicit MatMulParams(const Params& params) : MatMulParams(params.expecting(kCount), 0) {}
  MatMulParams(const Params& params, size_t first)
      : matrices(params, first + 0),
        epilogue(params, first + 5) {}

  MatricesParams matrices;
  EpilogueParams epilogue;
};

// batchMatMul
struct BatchMatMulParams {
  explicit BatchMatMulParams(const Params& params) : matrices(params, 0) {
    size_t at = 5;
    const size_t rank = params.rank(at++);
    a = params.shape(at, rank);
    at += a.size();
    b = params.shape(at, rank);
    at += b.size();
    params.expectCount(at);
  }

  MatricesParams matrices;
  std::vector<int64_t> a;
  std::vector<int64_t> b;
};

// conv2d
struct Conv2dParams {
  static constexpr size_t kCount = 20;
  explicit Conv2dParams(const Params& params) : Conv2dParams(params.expecting(kCount), 0) {}
  Conv2dParams(const Params& params, size_t first)
      : window(params, first + 0),
        depthwise(params.flag(first + 15)),
        epilogue(params, first + 16) {}

  WindowParams window;
  bool depthwise;
  EpilogueParams epilogue;
};

// conv2dInputGradient
struct Conv2dInputGradientParams {
  static constexpr size_t kCount = 16;
  explicit Conv2dInputGradientParams(const Params& params) : Conv2dInputGradientParams(params.expecting(kCount), 0) {}
  Conv2dInputGradientParams(const Params& params, size_t first)
      : window(params, first + 0),
        depthwise(params.flag(first + 15)) {}

  WindowParams window;
  bool depthwise;
};

// conv2dKernelGradient
struct Conv2dKernelGradientParams {
  static constexpr size_t kCount = 17;
  explicit Conv2dKernelGradientParams(const Params& params) : Conv2dKernelGradientParams(params.expecting(kCount), 0) {}
  Conv2dKernelGradientParams(const Params& params, size_t first)
      : window(params, first + 0),
        depthwise(params.flag(first + 15)),
        withBias(params.flag(first + 16)) {}

  WindowParams window;
  bool depthwise;
  bool withBias;
};

// avgPool, avgPoolGrad, maxPool, maxPoolGrad
struct PoolParams {
  static constexpr size_t kCount = 15;
  explicit PoolParams(const Params& params) : PoolParams(params.expecting(kCount), 0) {}
  PoolParams(const Params& params, size_t first)
      : window(params, first + 0) {}

  WindowParams window;
};

// maxPoolActivationGradient
struct MaxPoolActivationGradientParams {
  static constexpr size_t kCount = 17;
  explicit MaxPoolActivationGradientParams(const Params& params) : MaxPoolActivationGradientParams(params.expecting(kCount), 0) {}
  MaxPoolActivationGradientParams(const Params& params, size_t first)
      : window(params, first + 0),
        below(params.number(first + 15)),
        withBias(params.flag(first + 16)) {}

  WindowParams window;
  double below;
  bool withBias;
};

// activationGradient
struct ActivationGradientParams {
  static constexpr size_t kCount = 4;
  explicit ActivationGradientParams(const Params& params) : ActivationGradientParams(params.expecting(kCount), 0) {}
  ActivationGradientParams(const Params& params, size_t first)
      : rows(params.size(first + 0)),
        channels(params.size(first + 1)),
        below(params.number(first + 2)),
        withBias(params.flag(first + 3)) {}

  int64_t rows;
  int64_t channels;
  double below;
  bool withBias;
};

// batchNorm
struct BatchNormParams {
  static constexpr size_t kCount = 5;
  explicit BatchNormParams(const Params& params) : BatchNormParams(params.expecting(kCount), 0) {}
  BatchNormParams(const Params& params, size_t first)
      : normalisation(params, first + 0),
        hasScale(params.flag(first + 3)),
        hasOffset(params.flag(first + 4)) {}

  NormalisationParams normalisation;
  bool hasScale;
  bool hasOffset;
};

// batchNormGrad, batchNormTraining, batchNormTrainingGrad
struct BatchNormTrainingParams {
  static constexpr size_t kCount = 3;
  explicit BatchNormTrainingParams(const Params& params) : BatchNormTrainingParams(params.expecting(kCount), 0) {}
  BatchNormTrainingParams(const Params& params, size_t first)
      : normalisation(params, first + 0) {}

  NormalisationParams normalisation;
};

// logSoftmax, logSoftmaxGrad, softmax, softmaxCrossEntropy, softmaxCrossEntropyGrad, softmaxGrad, sparseSoftmaxCrossEntropy, sparseSoftmaxCrossEntropyGrad
struct RowsParams {
  static constexpr size_t kCount = 2;
  explicit RowsParams(const Params& params) : RowsParams(params.expecting(kCount), 0) {}
  RowsParams(const Params& params, size_t first)
      : rows(params.size(first + 0)),
        classes(params.size(first + 1)) {}

  int64_t rows;
  int64_t classes;
};

// sigmoidCrossEntropy, sigmoidCrossEntropyGrad
struct SigmoidCrossEntropyParams {
  static constexpr size_t kCount = 1;
  explicit SigmoidCrossEntropyParams(const Params& params) : SigmoidCrossEntropyParams(params.expecting(kCount), 0) {}
  SigmoidCrossEntropyParams(const Params& params, size_t first)
      : count(params.size(first + 0)) {}

  int64_t count;
};

// resizeBilinear, resizeBilinearGrad, resizeNearestNeighbor, resizeNearestNeighborGrad
struct ResizeParams {
  static constexpr size_t kCount = 8;
  explicit ResizeParams(const Params& params) : ResizeParams(params.expecting(kCount), 0) {}
  ResizeParams(const Params& params, size_t first)
      : batch(params.size(first + 0)),
        inHeight(params.positive(first + 1)),
        inWidth(params.positive(first + 2)),
        channels(params.size(first + 3)),
        outHeight(params.positive(first + 4)),
        outWidth(params.positive(first + 5)),
        alignCorners(params.flag(first + 6)),
        halfPixelCenters(params.flag(first + 7)) {}

  int64_t batch;
  int64_t inHeight;
  int64_t inWidth;
  int64_t channels;
  int64_t outHeight;
  int64_t outWidth;
  bool alignCorners;
  bool halfPixelCenters;
};

// charLstm, charLstmGrad
struct CharLstmParams {
  static constexpr size_t kCount = 5;
  explicit CharLstmParams(const Params& params) : CharLstmParams(params.expecting(kCount), 0) {}
  CharLstmParams(const Params& params, size_t first)
      : batch(params.intSize(first + 0)),
        time(params.intSize(first + 1)),
        hidden(params.intSize(first + 2)),
        vocabulary(params.intSize(first + 3)),
        allSteps(params.flag(first + 4)) {}

  int64_t batch;
  int64_t time;
  int64_t hidden;
  int64_t vocabulary;
  bool allSteps;
};

// randomUniform
struct RandomUniformParams {
  static constexpr size_t kCount = 4;
  explicit RandomUniformParams(const Params& params) : RandomUniformParams(params.expecting(kCount), 0) {}
  RandomUniformParams(const Params& params, size_t first)
      : count(params.size(first + 0)),
        advances(params.flag(first + 1)),
        least(params.number(first + 2)),
        range(params.number(first + 3)) {}

  int64_t count;
  bool advances;
  double least;
  double range;
};

// randomNormal, truncatedNormal
struct RandomNormalParams {
  static constexpr size_t kCount = 4;
  explicit RandomNormalParams(const Params& params) : RandomNormalParams(params.expecting(kCount), 0) {}
  RandomNormalParams(const Params& params, size_t first)
      : count(params.size(first + 0)),
        advances(params.flag(first + 1)),
        mean(params.number(first + 2)),
        deviation(params.number(first + 3)) {}

  int64_t count;
  bool advances;
  double mean;
  double deviation;
};

// dropoutMask
struct DropoutMaskParams {
  static constexpr size_t kCount = 3;
  explicit DropoutMaskParams(const Params& params) : DropoutMaskParams(params.expecting(kCount), 0) {}
  DropoutMaskParams(const Params& params, size_t first)
      : count(params.size(first + 0)),
        advances(params.flag(first + 1)),
        kept(params.number(first + 2)) {}

  int64_t count;
  bool advances;
  double kept;
};

// sgd
struct SgdParams {
  explicit SgdParams(const Params& params) {
    size_t at = 0;
    const size_t count = params.listLength(at++);
    sizes = params.shape(at, count);
    at += sizes.size();
    params.expectCount(at);
  }

  std::vector<int64_t> sizes;
};

// momentum
struct MomentumParams {
  explicit MomentumParams(const Params& params) {
    size_t at = 0;
    const size_t count = params.listLength(at++);
    sizes = params.shape(at, count);
    at += sizes.size();
    momentum = params.number(at++);
    useNesterov = params.flag(at++);
    params.expectCount(at);
  }

  std::vector<int64_t> sizes;
  double momentum;
  bool useNesterov;
};

// adam
struct AdamParams {
  explicit AdamParams(const Params& params) {
    size_t at = 0;
    const size_t count = params.listLength(at++);
    sizes = params.shape(at, count);
    at += sizes.size();
    beta1 = params.number(at++);
    beta2 = params.number(at++);
    epsilon = params.number(at++);
    params.expectCount(at);
  }

  std::vector<int64_t> sizes;
  double beta1;
  double beta2;
  double epsilon;
};

// adamax
struct AdamaxParams {
  explicit AdamaxParams(const Params& params) {
    size_t at = 0;
    const size_t count = params.listLength(at++);
    sizes = params.shape(at, count);
    at += sizes.size();
    beta1 = params.number(at++);
    beta2 = params.number(at++);
    epsilon = params.number(at++);
    decay = params.number(at++);
    params.expectCount(at);
  }

  std::vector<int64_t> sizes;
  double beta1;
  double beta2;
  double epsilon;
  double decay;
};

// centredRmsProp, rmsProp
struct RmsPropParams {
  explicit RmsPropParams(const Params& params) {
    size_t at = 0;
    const size_t count = params.listLength(at++);
    sizes = params.shape(at, count);
    at += sizes.size();
    decay = params.number(at++);
    momentum = params.number(at++);
    epsilon = params.number(at++);
    params.expectCount(at);
  }

  std::vector<int64_t> sizes;
  double decay;
  double momentum;
  double epsilon;
};

// adagrad
struct AdagradParams {
  explicit AdagradParams(const Params& params) {
    size_t at = 0;
    const size_t count = params.listLength(at++);
    sizes = params.shape(at, count);
    at += sizes.size();
    epsilon = params.number(at++);
    params.expectCount(at);
  }

  std::vector<int64_t> sizes;
  double epsilon;
};

// adadelta
struct AdadeltaParams {
  explicit AdadeltaParams(const Params& params) {
    size_t at = 0;
    const size_t count = params.listLength(at++);
    sizes = params.shape(at, count);
    at += sizes.size();
    rho = params.number(at++);
    epsilon = params.number(at++);
    params.expectCount(at);
  }

  std::vector<int64_t> sizes;
  double rho;
  double epsilon;
};

// lion
struct LionParams {
  explicit LionParams(const Params& params) {
    size_t at = 0;
    const size_t count = params.listLength(at++);
    sizes = params.shape(at, count);
    at += sizes.size();
    beta1 = params.number(at++);
    beta2 = params.number(at++);
    weightDecay = params.number(at++);
    params.expectCount(at);
  }

  std::vector<int64_t> sizes;
  double beta1;
  double beta2;
  double weightDecay;
};

}  // namespace notegrad
