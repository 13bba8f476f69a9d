// Activations that follow a product or a convolution, on rows of channels that are still in cache.
#pragma once

#include <cstdint>

#include "binding/op.h"
#include "simd/vector-math.h"

namespace notegrad {

// Bias, activation and what it needs. Without a bias `bias` is null; `slopes` are prelu's, one a
// channel (slopeStep 1) or one for all (slopeStep 0).
struct Epilogue {
  Epilogue() = default;
  explicit Epilogue(const EpilogueParams& params)
      : activation(params.activation),
        alpha(static_cast<float>(params.alpha)),
        slopeStep(params.slopePerChannel) {}

  // Bias and slopes, after what the operation itself takes.
  static void addInputs(const EpilogueParams& params, int64_t channels, Signature& signature) {
    if (params.hasBias) signature.inputs.push_back(floats(channels));
    if (params.activation != Activation::prelu) return;
    signature.inputs.push_back(floats(params.slopePerChannel ? channels : 1));
  }

  Activation activation = Activation::linear;
  float alpha = 0;  // leakyRelu's slope
  const float* bias = nullptr;
  const float* slopes = nullptr;
  int64_t slopeStep = 0;

  bool trivial() const { return activation == Activation::linear && bias == nullptr; }

  // On `rows` rows of `channels` values.
  void apply(float* y, int64_t rows, int64_t channels) const {
    if (trivial()) return;
    if (channels == 1) return applyColumn(y, rows);
    if (bias == nullptr && activation != Activation::prelu) return applyRow(y, rows * channels);
    for (int64_t row = 0; row < rows; ++row) applyRow(y + row * channels, channels);
  }

 private:
  template <class Function>
  void each(float* y, int64_t count, Function function) const {
    if (bias == nullptr) {
#pragma omp simd
      for (int64_t i = 0; i < count; ++i) y[i] = function(y[i], i);
    } else {
      const float* b = bias;
#pragma omp simd
      for (int64_t i = 0; i < count; ++i) y[i] = function(y[i] + b[i], i);
    }
  }

  void applyRow(float* y, int64_t count) const {
    const float slope = alpha;
    const float* s = slopes;
    const int64_t step = slopeStep;
    switch (activation) {
      case Activation::linear:
        return each(y, count, [](float x, int64_t) { return x; });
      case Activation::relu:
        return each(y, count, [](float x, int64_t) { return x < 0 ? 0.0f : x; });
      case Activation::relu6:
        return each(y, count, [](float x, int64_t) { return x < 0 ? 0.0f : (x > 6 ? 6.0f : x); });
      case Activation::elu:
        return each(y, count, [](float x, int64_t) { return x < 0 ? vec::expm1(x) : x; });
      case Activation::leakyRelu:
        return each(y, count, [slope](float x, int64_t) { return x < 0 ? slope * x : x; });
      case Activation::sigmoid:
        return each(y, count, [](float x, int64_t) { return vec::sigmoid(x); });
      case Activation::prelu:
        if (step == 0) {
          const float shared = s[0];
          return each(y, count, [shared](float x, int64_t) { return x < 0 ? shared * x : x; });
        }
        return each(y, count, [s](float x, int64_t i) { return x < 0 ? s[i] * x : x; });
    }
  }

  // One channel: a long column rather than many rows of one.
  void applyColumn(float* y, int64_t rows) const {
    Epilogue column = *this;
    if (bias != nullptr) {
      const float shared = *bias;
#pragma omp simd
      for (int64_t i = 0; i < rows; ++i) y[i] += shared;
      column.bias = nullptr;
    }
    column.slopeStep = 0;
    column.applyRow(y, rows);
  }
};

}  // namespace notegrad
