// Softmax over the last axis and the cross-entropies on it, a row of `classes` logits at a time.
#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "binding/op.h"
#include "simd/slices.h"
#include "simd/vector-math.h"

namespace notegrad {
namespace {

// Exponentials cost about as much as eight values read and written.
constexpr int64_t kCost = 8;

float greatest(const float* x, int64_t count) {
  float result = -vec::kInfinity;
#pragma omp simd reduction(max : result)
  for (int64_t i = 0; i < count; i++) result = x[i] > result ? x[i] : result;
  return result;
}

// y = e^(x − shift); returns the sum.
float exponentials(const float* x, float shift, float* y, int64_t count) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; i++) {
    y[i] = vec::exp(x[i] - shift);
    sum += y[i];
  }
  return sum;
}

void scale(float* y, float factor, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) y[i] *= factor;
}

void softmaxRow(const float* x, float* probabilities, int64_t classes) {
  const float sum = exponentials(x, greatest(x, classes), probabilities, classes);
  scale(probabilities, 1.f / sum, classes);
}

float logSumExp(const float* x, int64_t count) {
  const float shift = greatest(x, count);
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; i++) sum += vec::exp(x[i] - shift);
  return shift + std::log(sum);
}

class Rows : public Op {
 public:
  explicit Rows(const RowsParams& params) : rows_(params.rows), classes_(params.classes) {}

 protected:
  template <typename Body>
  void forRows(const Body& body) const {
    parallelRows(rows_, classes_ * kCost, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; row++) body(row, row * classes_);
    });
  }

  int64_t rows_, classes_;
};

// softmax: logits, probabilities; params [rows, classes]
class Softmax : public Rows {
 public:
  using Rows::Rows;

  void run(const Buffers& buffers) override {
    const float* x = buffers.f32(0);
    float* y = buffers.f32(1);
    forRows([&](int64_t, int64_t at) { softmaxRow(x + at, y + at, classes_); });
  }
};

// softmaxGrad: dy, probabilities, gradient of the logits; params [rows, classes]
class SoftmaxGrad : public Rows {
 public:
  using Rows::Rows;

  void run(const Buffers& buffers) override {
    const float* dy = buffers.f32(0);
    const float* p = buffers.f32(1);
    float* dx = buffers.f32(2);
    forRows([&](int64_t, int64_t at) {
      float dot = 0;
#pragma omp simd reduction(+ : dot)
      for (int64_t i = at; i < at + classes_; i++) dot += dy[i] * p[i];
#pragma omp simd
      for (int64_t i = at; i < at + classes_; i++) dx[i] = p[i] * (dy[i] - dot);
    });
  }
};

// logSoftmax: logits, logarithms of the probabilities; params [rows, classes]
class LogSoftmax : public Rows {
 public:
  using Rows::Rows;

  void run(const Buffers& buffers) override {
    const float* x = buffers.f32(0);
    float* y = buffers.f32(1);
    forRows([&](int64_t, int64_t at) {
      const float shift = greatest(x + at, classes_);
      const float logSum = std::log(exponentials(x + at, shift, y + at, classes_));
#pragma omp simd
      for (int64_t i = at; i < at + classes_; i++) y[i] = x[i] - shift - logSum;
    });
  }
};

// logSoftmaxGrad: dy, logarithms of the probabilities, gradient of the logits;
// params [rows, classes]
class LogSoftmaxGrad : public Rows {
 public:
  using Rows::Rows;

  void run(const Buffers& buffers) override {
    const float* dy = buffers.f32(0);
    const float* logP = buffers.f32(1);
    float* dx = buffers.f32(2);
    forRows([&](int64_t, int64_t at) {
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int64_t i = at; i < at + classes_; i++) sum += dy[i];
#pragma omp simd
      for (int64_t i = at; i < at + classes_; i++) dx[i] = dy[i] - sum * vec::exp(logP[i]);
    });
  }
};

// softmaxCrossEntropy: labels (a weight a class), logits; losses (one a row);
// params [rows, classes]
class SoftmaxCrossEntropy : public Rows {
 public:
  using Rows::Rows;

  void run(const Buffers& buffers) override {
    const float* labels = buffers.f32(0);
    const float* logits = buffers.f32(1);
    float* losses = buffers.f32(2);
    forRows([&](int64_t row, int64_t at) {
      const float logNormaliser = logSumExp(logits + at, classes_);
      float loss = 0;
#pragma omp simd reduction(+ : loss)
      for (int64_t i = at; i < at + classes_; i++) loss += labels[i] * (logNormaliser - logits[i]);
      losses[row] = loss;
    });
  }
};

// softmaxCrossEntropyGrad: dy (one a row), labels, logits; gradient of the logits;
// params [rows, classes]
class SoftmaxCrossEntropyGrad : public Rows {
 public:
  using Rows::Rows;

  void run(const Buffers& buffers) override {
    const float* dy = buffers.f32(0);
    const float* labels = buffers.f32(1);
    const float* logits = buffers.f32(2);
    float* dx = buffers.f32(3);
    forRows([&](int64_t row, int64_t at) {
      softmaxRow(logits + at, dx + at, classes_);
      const float factor = dy[row];
      float total = 0;
#pragma omp simd reduction(+ : total)
      for (int64_t i = at; i < at + classes_; i++) total += labels[i];
#pragma omp simd
      for (int64_t i = at; i < at + classes_; i++) dx[i] = factor * (total * dx[i] - labels[i]);
    });
  }
};

// What engine/cross-entropy.ts makes of a label that is no whole number.
constexpr int32_t kNoWholeNumber = std::numeric_limits<int32_t>::min();

void checkLabels(const int32_t* labels, int64_t rows, int64_t classes) {
  for (int64_t row = 0; row < rows; row++) {
    if (labels[row] >= 0 && labels[row] < classes) continue;
    const std::string label =
        labels[row] == kNoWholeNumber ? "no whole number" : std::to_string(labels[row]);
    throw std::runtime_error("label out of range: " + label + " (there are " +
                             std::to_string(classes) + " classes)");
  }
}

// sparseSoftmaxCrossEntropy: labels (int32, a class a row), logits; mean loss (one value);
// params [rows, classes]
class SparseSoftmaxCrossEntropy : public Rows {
 public:
  explicit SparseSoftmaxCrossEntropy(const RowsParams& params) : Rows(params), losses_(rows_) {}

  void run(const Buffers& buffers) override {
    const int32_t* labels = buffers.i32(0);
    const float* logits = buffers.f32(1);
    checkLabels(labels, rows_, classes_);
    forRows([&](int64_t row, int64_t at) {
      losses_[row] = logSumExp(logits + at, classes_) - logits[at + labels[row]];
    });
    double sum = 0;
    for (const float loss : losses_) sum += loss;
    *buffers.f32(2) = static_cast<float>(sum / static_cast<double>(rows_));
  }

 private:
  std::vector<float> losses_;
};

// sparseSoftmaxCrossEntropyGrad: dy (one value), labels (int32), logits; gradient of the logits;
// params [rows, classes]
class SparseSoftmaxCrossEntropyGrad : public Rows {
 public:
  using Rows::Rows;

  void run(const Buffers& buffers) override {
    const float factor = *buffers.f32(0) / static_cast<float>(rows_);
    const int32_t* labels = buffers.i32(1);
    const float* logits = buffers.f32(2);
    float* dx = buffers.f32(3);
    checkLabels(labels, rows_, classes_);
    forRows([&](int64_t row, int64_t at) {
      softmaxRow(logits + at, dx + at, classes_);
      scale(dx + at, factor, classes_);
      dx[at + labels[row]] -= factor;
    });
  }
};

// What the tensors are: [rows, classes], a value a row, a class a row, and one value.
struct Specs {
  BufferSpec matrix, column, labels, scalar;

  explicit Specs(const RowsParams& params)
      : matrix(floats(elementCount({params.rows, params.classes}))),
        column(floats(params.rows)),
        labels(ints(params.rows)),
        scalar(floats(1)) {}
};

Signature forwardSignature(const RowsParams& params) {
  const Specs s(params);
  return {{s.matrix}, {s.matrix}};
}

Signature backwardSignature(const RowsParams& params) {
  const Specs s(params);
  return {{s.matrix, s.matrix}, {s.matrix}};
}

Signature lossSignature(const RowsParams& params) {
  const Specs s(params);
  return {{s.matrix, s.matrix}, {s.column}};
}

Signature lossGradSignature(const RowsParams& params) {
  const Specs s(params);
  return {{s.column, s.matrix, s.matrix}, {s.matrix}};
}

Signature sparseLossSignature(const RowsParams& params) {
  const Specs s(params);
  return {{s.labels, s.matrix}, {s.scalar}};
}

Signature sparseLossGradSignature(const RowsParams& params) {
  const Specs s(params);
  return {{s.scalar, s.labels, s.matrix}, {s.matrix}};
}

template <typename Operation>
std::unique_ptr<Op> prepare(const RowsParams& params) {
  return std::make_unique<Operation>(params);
}

Registration registrations[] = {
    {"softmax", forwardSignature, prepare<Softmax>},
    {"softmaxGrad", backwardSignature, prepare<SoftmaxGrad>},
    {"logSoftmax", forwardSignature, prepare<LogSoftmax>},
    {"logSoftmaxGrad", backwardSignature, prepare<LogSoftmaxGrad>},
    {"softmaxCrossEntropy", lossSignature, prepare<SoftmaxCrossEntropy>},
    {"softmaxCrossEntropyGrad", lossGradSignature, prepare<SoftmaxCrossEntropyGrad>},
    {"sparseSoftmaxCrossEntropy", sparseLossSignature, prepare<SparseSoftmaxCrossEntropy>},
    {"sparseSoftmaxCrossEntropyGrad", sparseLossGradSignature,
     prepare<SparseSoftmaxCrossEntropyGrad>},
};

}  // namespace
}  // namespace notegrad
