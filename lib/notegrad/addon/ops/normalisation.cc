// Batch normalisation: y = (x − mean)/√(variance + ε)·scale + offset for every channel, the last
// axis, with given moments (inference) or with those of the batch (training), and the gradients.
#include <cmath>

#include "binding/op.h"
#include "simd/row-sums.h"

namespace notegrad {
namespace {

class Normalisation : public Op {
 public:
  explicit Normalisation(const NormalisationParams& params)
      : rows_(params.rows),
        channels_(params.channels),
        epsilon_(static_cast<float>(params.epsilon)) {}
  explicit Normalisation(const BatchNormTrainingParams& params)
      : Normalisation(params.normalisation) {}

 protected:
  // scale/√(variance + ε), in the shared scratch
  float* factors(const float* variance, const float* scale) const {
    float* factor = static_cast<float*>(sharedScratch(channels_ * sizeof(float)));
    for (int64_t c = 0; c < channels_; ++c) {
      factor[c] = (scale ? scale[c] : 1.0f) / std::sqrt(variance[c] + epsilon_);
    }
    return factor;
  }

  void normalise(const float* x, const float* mean, const float* variance, const float* scale,
                 const float* offset, float* y) const {
    const float* factor = factors(variance, scale);
    parallelRows(rows_, channels_, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const float* in = x + row * channels_;
        float* out = y + row * channels_;
        if (offset) {
#pragma omp simd
          for (int64_t c = 0; c < channels_; ++c) {
            out[c] = (in[c] - mean[c]) * factor[c] + offset[c];
          }
        } else {
#pragma omp simd
          for (int64_t c = 0; c < channels_; ++c) out[c] = (in[c] - mean[c]) * factor[c];
        }
      }
    });
  }

  // Σ dy of every channel, then Σ dy·(x − mean) of every channel
  double* gradientSums(const float* dy, const float* x, const float* mean) const {
    const int64_t channels = channels_;
    return rowSums(rows_, 2 * channels, [=](int64_t row, float* sums) {
      const float *slope = dy + row * channels, *in = x + row * channels;
#pragma omp simd
      for (int64_t c = 0; c < channels; ++c) {
        sums[c] += slope[c];
        sums[channels + c] += slope[c] * (in[c] - mean[c]);
      }
    });
  }

  const int64_t rows_, channels_;
  const float epsilon_;
};

// x, mean, variance, [scale], [offset] → y
class BatchNorm : public Normalisation {
 public:
  explicit BatchNorm(const BatchNormParams& params)
      : Normalisation(params.normalisation),
        hasScale_(params.hasScale),
        hasOffset_(params.hasOffset) {}

  void run(const Buffers& b) override {
    size_t next = 3;
    const float* scale = hasScale_ ? b.f32(next++) : nullptr;
    const float* offset = hasOffset_ ? b.f32(next++) : nullptr;
    normalise(b.f32(0), b.f32(1), b.f32(2), scale, offset, b.f32(next));
  }

 private:
  bool hasScale_, hasOffset_;
};

// x, scale, offset → y, mean, variance (of the batch, divided by the rows)
class BatchNormTraining : public Normalisation {
 public:
  using Normalisation::Normalisation;

  void run(const Buffers& b) override {
    const float* x = b.f32(0);
    float *mean = b.f32(4), *variance = b.f32(5);
    const int64_t channels = channels_;
    const double* sums = rowSums(rows_, channels, [=](int64_t row, float* block) {
#pragma omp simd
      for (int64_t c = 0; c < channels; ++c) block[c] += x[row * channels + c];
    });
    for (int64_t c = 0; c < channels; ++c) mean[c] = static_cast<float>(sums[c] / rows_);
    sums = rowSums(rows_, channels, [=](int64_t row, float* block) {
#pragma omp simd
      for (int64_t c = 0; c < channels; ++c) {
        const float deviation = x[row * channels + c] - mean[c];
        block[c] += deviation * deviation;
      }
    });
    for (int64_t c = 0; c < channels; ++c) variance[c] = static_cast<float>(sums[c] / rows_);
    normalise(x, mean, variance, b.f32(1), b.f32(2), b.f32(3));
  }
};

// dy, x, mean, variance, scale → dx, dMean, dVariance, dScale, dOffset
class BatchNormGradient : public Normalisation {
 public:
  using Normalisation::Normalisation;

  void run(const Buffers& b) override {
    const float *dy = b.f32(0), *x = b.f32(1), *mean = b.f32(2), *variance = b.f32(3);
    const float* scale = b.f32(4);
    float *dx = b.f32(5), *dMean = b.f32(6), *dVariance = b.f32(7), *dScale = b.f32(8);
    float* dOffset = b.f32(9);
    const int64_t channels = channels_;
    const double* sums = gradientSums(dy, x, mean);
    for (int64_t c = 0; c < channels; ++c) {
      const double inverse = 1 / std::sqrt(static_cast<double>(variance[c]) + epsilon_);
      const double factor = scale[c] * inverse;
      dOffset[c] = static_cast<float>(sums[c]);
      dScale[c] = static_cast<float>(sums[channels + c] * inverse);
      dMean[c] = static_cast<float>(-sums[c] * factor);
      dVariance[c] = static_cast<float>(-0.5 * sums[channels + c] * factor * inverse * inverse);
    }
    const float* factor = factors(variance, scale);
    parallelRows(rows_, channels, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
#pragma omp simd
        for (int64_t c = 0; c < channels; ++c) {
          dx[row * channels + c] = dy[row * channels + c] * factor[c];
        }
      }
    });
  }
};

// dy, x, mean, variance (of the batch), scale → dx, dScale, dOffset
class BatchNormTrainingGradient : public Normalisation {
 public:
  using Normalisation::Normalisation;

  void run(const Buffers& b) override {
    const float *dy = b.f32(0), *x = b.f32(1), *mean = b.f32(2), *variance = b.f32(3);
    const float* scale = b.f32(4);
    float *dx = b.f32(5), *dScale = b.f32(6), *dOffset = b.f32(7);
    const int64_t channels = channels_;
    const double* sums = gradientSums(dy, x, mean);
    for (int64_t c = 0; c < channels; ++c) {
      const double inverse = 1 / std::sqrt(static_cast<double>(variance[c]) + epsilon_);
      dOffset[c] = static_cast<float>(sums[c]);
      dScale[c] = static_cast<float>(sums[channels + c] * inverse);
    }
    // dx = factor·(dy − dOffset/n − (x − mean)·dScale/(n·√(variance + ε)))
    float* factor = static_cast<float*>(sharedScratch(2 * channels * sizeof(float)));
    float* slope = factor + channels;
    const float n = static_cast<float>(rows_);
    for (int64_t c = 0; c < channels; ++c) {
      const float inverse = 1 / std::sqrt(variance[c] + epsilon_);
      factor[c] = scale[c] * inverse;
      slope[c] = dScale[c] * inverse / n;
    }
    parallelRows(rows_, channels, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const float *in = x + row * channels, *up = dy + row * channels;
        float* down = dx + row * channels;
#pragma omp simd
        for (int64_t c = 0; c < channels; ++c) {
          down[c] = factor[c] * (up[c] - dOffset[c] / n - (in[c] - mean[c]) * slope[c]);
        }
      }
    });
  }
};

// Rows and channels as an image, and the vector of a value a channel.
struct Specs {
  BufferSpec image, vector;
  explicit Specs(const NormalisationParams& params)
      : image(floats(elementCount({params.rows, params.channels}))),
        vector(floats(params.channels)) {}
};

Signature batchNormSignature(const BatchNormParams& params) {
  const auto [image, vector] = Specs(params.normalisation);
  Signature signature{{image, vector, vector}, {image}};
  for (int vectors = params.hasScale + params.hasOffset; vectors > 0; --vectors) {
    signature.inputs.push_back(vector);
  }
  return signature;
}

Signature trainingSignature(const BatchNormTrainingParams& params) {
  const auto [image, vector] = Specs(params.normalisation);
  return {{image, vector, vector}, {image, vector, vector}};
}

Signature gradientSignature(const BatchNormTrainingParams& params) {
  const auto [image, vector] = Specs(params.normalisation);
  return {{image, image, vector, vector, vector}, {image, vector, vector, vector, vector}};
}

Signature trainingGradientSignature(const BatchNormTrainingParams& params) {
  const auto [image, vector] = Specs(params.normalisation);
  return {{image, image, vector, vector, vector}, {image, vector, vector}};
}

template <typename Kind, typename Named = BatchNormTrainingParams>
std::unique_ptr<Op> prepare(const Named& params) {
  return std::make_unique<Kind>(params);
}

const Registration batchNorm("batchNorm", batchNormSignature, prepare<BatchNorm, BatchNormParams>);
const Registration batchNormGradient("batchNormGrad", gradientSignature,
                                     prepare<BatchNormGradient>);
const Registration batchNormTraining("batchNormTraining", trainingSignature,
                                     prepare<BatchNormTraining>);
const Registration batchNormTrainingGradient("batchNormTrainingGrad", trainingGradientSignature,
                                             prepare<BatchNormTrainingGradient>);

}  // namespace
}  // namespace notegrad
