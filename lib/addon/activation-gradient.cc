// activationGradient: the gradient through a ReLU or leaky ReLU, and of the bias before it. Inputs
// dy and y, the activation's output; outputs dx, which may be dy's memory, and with a bias its
// gradient, the sum of dx over the rows. Params [rows, channels, slope below 0, with bias].
#include <omp.h>

#include <algorithm>
#include <vector>

#include "op.h"
#include "parallel.h"
#include "relu.h"

namespace notegrad {
namespace {

// Sums are kept for so many values of a row or of several together, to fill the vectors.
constexpr int64_t kSumWidth = 128;

class ActivationGradient : public Op {
 public:
  explicit ActivationGradient(const Params& params)
      : rows_(params.integer(0)),
        channels_(params.integer(1)),
        slope_(static_cast<float>(params[2])),
        withBias_(params.flag(3)),
        width_(channels_ * std::max<int64_t>(1, kSumWidth / std::max<int64_t>(1, channels_))) {}

  void run(const Buffers& buffers) override {
    const float *dy = buffers.f32(0), *y = buffers.f32(1);
    float* dx = buffers.f32(2);
    const int64_t size = rows_ * channels_;
    if (!withBias_) {
      parallelFor(size, kCheap, [&](int64_t begin, int64_t end) {
        multiply(dy + begin, y + begin, dx + begin, end - begin);
      });
      return;
    }
    const int64_t threads = omp_get_max_threads();
    sums_.assign(threads * width_, 0.0f);
    const int64_t groups = (size + width_ - 1) / width_;
    parallelFor(groups, kCheap / width_, [&](int64_t begin, int64_t end) {
      float* sum = sums_.data() + omp_get_thread_num() * width_;
      for (int64_t group = begin; group < end; group++) {
        const int64_t start = group * width_;
        const int64_t count = std::min(width_, size - start);
        multiplyAndAdd(dy + start, y + start, dx + start, sum, count);
      }
    });
    float* bias = buffers.f32(3);
    std::fill_n(bias, channels_, 0.0f);
    for (int64_t i = 0; i < threads * width_; i += channels_) {
      for (int64_t c = 0; c < channels_; c++) bias[c] += sums_[i + c];
    }
  }

 private:
  void multiply(const float* dy, const float* y, float* dx, int64_t count) const {
    const float below = slope_;
#pragma omp simd
    for (int64_t i = 0; i < count; i++) dx[i] = dy[i] * reluSlope(y[i], below);
  }

  void multiplyAndAdd(const float* dy, const float* y, float* dx, float* sum,
                      int64_t count) const {
    const float below = slope_;
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      const float d = dy[i] * reluSlope(y[i], below);
      dx[i] = d;
      sum[i] += d;
    }
  }

  int64_t rows_, channels_;
  float slope_;
  bool withBias_;
  int64_t width_;
  std::vector<float> sums_;
};

Signature signature(const Params& params) {
  params.expectCount(4);
  const int64_t channels = params.size(1), size = elementCount({params.size(0), channels});
  Signature signature{{floats(size), floats(size)}, {floats(size)}};
  if (params.flag(3)) signature.outputs.push_back(floats(channels));
  return signature;
}

std::unique_ptr<Op> prepare(const Params& params) {
  return std::make_unique<ActivationGradient>(params);
}

Registration registration("activationGradient", signature, prepare);

}  // namespace
}  // namespace notegrad
