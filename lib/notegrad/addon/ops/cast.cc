// cast: input, output; params [type of the input, type of the output, count]. As in JavaScript:
// towards zero and modulo 2³² to int32, and everything but zero is true.
#include "binding/op.h"
#include "simd/parallel.h"

namespace notegrad {
namespace {

template <typename From, typename To>
To converted(From x) {
  if constexpr (std::is_same_v<To, uint8_t>) return x != 0;
  if constexpr (std::is_same_v<From, float> && std::is_same_v<To, int32_t>) return toInt32(x);
  return static_cast<To>(x);
}

template <typename From, typename To>
class Cast : public Op {
 public:
  explicit Cast(int64_t count) : count_(count) {}

  void run(const Buffers& buffers) override {
    const From* x = buffers.of<From>(0);
    To* y = buffers.of<To>(1);
    parallelFor(count_, kCheap, [=](int64_t begin, int64_t end) {
#pragma omp simd
      for (int64_t i = begin; i < end; i++) y[i] = converted<From, To>(x[i]);
    });
  }

 private:
  int64_t count_;
};

template <typename From>
std::unique_ptr<Op> prepareFrom(DType to, int64_t count) {
  switch (to) {
    case DType::float32:
      return std::make_unique<Cast<From, float>>(count);
    case DType::int32:
      return std::make_unique<Cast<From, int32_t>>(count);
    default:
      return std::make_unique<Cast<From, uint8_t>>(count);
  }
}

Signature signature(const CastParams& params) {
  const int64_t count = params.count;
  return {{buffer(params.from, count)}, {buffer(params.to, count)}};
}

std::unique_ptr<Op> prepare(const CastParams& params) {
  const DType to = params.to;
  const int64_t count = params.count;
  switch (params.from) {
    case DType::float32:
      return prepareFrom<float>(to, count);
    case DType::int32:
      return prepareFrom<int32_t>(to, count);
    default:
      return prepareFrom<uint8_t>(to, count);
  }
}

Registration registration("cast", signature, prepare);

}  // namespace
}  // namespace notegrad
