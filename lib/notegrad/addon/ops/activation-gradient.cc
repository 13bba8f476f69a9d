// activationGradient: the gradient through a ReLU or leaky ReLU, and of the bias before it. Inputs
// dy and y, the activation's output; outputs dx, which may be dy's memory, and with a bias its
// gradient, the sum of dx over the rows.
#include <optional>

#include "binding/op.h"
#include "ops/reduction.h"
#include "ops/relu.h"
#include "simd/parallel.h"

namespace notegrad {
namespace {

class ActivationGradient : public Op {
 public:
  explicit ActivationGradient(const ActivationGradientParams& params)
      : size_(params.rows * params.channels), slope_(static_cast<float>(params.below)) {
    const View rows{1, params.rows, params.channels};
    if (params.withBias) bias_.emplace(rows, rows.reduced);
  }

  void run(const Buffers& buffers) override {
    const float *dy = buffers.f32(0), *y = buffers.f32(1);
    float* dx = buffers.f32(2);
    if (bias_) {
      bias_->run(dx, buffers.f32(3), [&](const float* at, int64_t count) {
        const int64_t begin = at - dx;
        multiply(dy + begin, y + begin, dx + begin, count);
      });
    } else {
      parallelFor(size_, kCheap, [&](int64_t begin, int64_t end) {
        multiply(dy + begin, y + begin, dx + begin, end - begin);
      });
    }
  }

 private:
  void multiply(const float* dy, const float* y, float* dx, int64_t count) const {
    const float below = slope_;
#pragma omp simd
    for (int64_t i = 0; i < count; i++) dx[i] = dy[i] * reluSlope(y[i], below);
  }

  int64_t size_;
  float slope_;
  std::optional<Reduction<Sum<float, float>>> bias_;
};

Signature signature(const ActivationGradientParams& params) {
  const int64_t channels = params.channels, size = elementCount({params.rows, channels});
  Signature signature{{floats(size), floats(size)}, {floats(size)}};
  if (params.withBias) signature.outputs.push_back(floats(channels));
  return signature;
}

std::unique_ptr<Op> prepare(const ActivationGradientParams& params) {
  return std::make_unique<ActivationGradient>(params);
}

Registration registration("activationGradient", signature, prepare);

}  // namespace
}  // namespace notegrad
