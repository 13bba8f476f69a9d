// sigmoidCrossEntropy: labels, logits; losses, one an element; params [count].
// sigmoidCrossEntropyGrad: dy, labels, logits; gradient of the logits; params [count].
#include "binding/op.h"
#include "simd/parallel.h"
#include "simd/vector-math.h"

namespace notegrad {
namespace {

class SigmoidCrossEntropy : public Op {
 public:
  explicit SigmoidCrossEntropy(const SigmoidCrossEntropyParams& params) : count_(params.count) {}

  void run(const Buffers& buffers) override {
    const float* labels = buffers.f32(0);
    const float* logits = buffers.f32(1);
    float* losses = buffers.f32(2);
    parallelFor(count_, kCostly, [=](int64_t begin, int64_t end) {
#pragma omp simd
      for (int64_t i = begin; i < end; i++) {
        const float x = logits[i], positive = x <= 0.f ? 0.f : x;
        losses[i] = positive - x * labels[i] + vec::log1p(vec::exp(-std::fabs(x)));
      }
    });
  }

 private:
  int64_t count_;
};

class SigmoidCrossEntropyGrad : public Op {
 public:
  explicit SigmoidCrossEntropyGrad(const SigmoidCrossEntropyParams& params)
      : count_(params.count) {}

  void run(const Buffers& buffers) override {
    const float* dy = buffers.f32(0);
    const float* labels = buffers.f32(1);
    const float* logits = buffers.f32(2);
    float* dx = buffers.f32(3);
    parallelFor(count_, kCostly, [=](int64_t begin, int64_t end) {
#pragma omp simd
      for (int64_t i = begin; i < end; i++) dx[i] = dy[i] * (vec::sigmoid(logits[i]) - labels[i]);
    });
  }

 private:
  int64_t count_;
};

template <size_t inputs>
Signature signature(const SigmoidCrossEntropyParams& params) {
  const BufferSpec values = floats(params.count);
  return {std::vector<BufferSpec>(inputs, values), {values}};
}

template <typename Operation>
std::unique_ptr<Op> prepare(const SigmoidCrossEntropyParams& params) {
  return std::make_unique<Operation>(params);
}

Registration registrations[] = {
    {"sigmoidCrossEntropy", signature<2>, prepare<SigmoidCrossEntropy>},
    {"sigmoidCrossEntropyGrad", signature<3>, prepare<SigmoidCrossEntropyGrad>},
};

}  // namespace
}  // namespace notegrad
