// argMax, argMin along one axis: input, output (int32); params [dtype, outer, length of the axis,
// inner]. The first of equals wins; NaN only where it comes first.
#include <algorithm>

#include "binding/op.h"
#include "simd/parallel.h"

namespace notegrad {
namespace {

template <typename T>
struct Greater {
  static bool beats(T x, T best) { return x > best; }
};

template <typename T>
struct Less {
  static bool beats(T x, T best) { return x < best; }
};

template <typename Order, typename T>
class ArgExtreme : public Op {
 public:
  explicit ArgExtreme(const ArgExtremeParams& params)
      : outer_(params.outer), length_(params.length), inner_(params.inner) {}

  void run(const Buffers& buffers) override {
    const T* x = buffers.of<T>(0);
    int32_t* y = buffers.i32(1);
    parallelFor(outer_ * inner_, kCheap / length_ + 1, [=](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        const T* values = x + i / inner_ * length_ * inner_ + i % inner_;
        y[i] = best(values);
      }
    });
  }

 private:
  int32_t best(const T* values) const {
    int64_t at = 0;
    T extreme = values[0];
    for (int64_t i = 1; i < length_; i++) {
      const T x = values[i * inner_];
      if (Order::beats(x, extreme)) {
        extreme = x;
        at = i;
      }
    }
    return static_cast<int32_t>(at);
  }

  int64_t outer_, length_, inner_;
};

Signature signature(const ArgExtremeParams& params) {
  const int64_t outer = params.outer, length = params.length, inner = params.inner;
  return {{buffer(params.dtype, elementCount({outer, length, inner}))}, {ints(outer * inner)}};
}

template <template <typename> class Order>
std::unique_ptr<Op> prepare(const ArgExtremeParams& params) {
  switch (params.dtype) {
    case DType::float32:
      return std::make_unique<ArgExtreme<Order<float>, float>>(params);
    case DType::int32:
      return std::make_unique<ArgExtreme<Order<int32_t>, int32_t>>(params);
    default:
      return std::make_unique<ArgExtreme<Order<uint8_t>, uint8_t>>(params);
  }
}

Registration registerArgMax("argMax", signature, prepare<Greater>);
Registration registerArgMin("argMin", signature, prepare<Less>);

}  // namespace
}  // namespace notegrad
