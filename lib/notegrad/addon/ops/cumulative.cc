// cumsum, cumprod along one axis: input, output; params [dtype, outer, length of the axis, inner,
// 1 to leave each element itself out, 1 to go from the last to the first].
#include "binding/op.h"
#include "simd/parallel.h"

namespace notegrad {
namespace {

struct Plus {
  static constexpr int kStart = 0;
  static double join(double total, double x) { return total + x; }
};

struct Times {
  static constexpr int kStart = 1;
  static double join(double total, double x) { return total * x; }
};

template <typename Join, typename T>
class Cumulative : public Op {
 public:
  explicit Cumulative(const CumulativeParams& params)
      : outer_(params.outer),
        length_(params.length),
        inner_(params.inner),
        excludes_(params.exclusive),
        reverses_(params.reverse) {}

  void run(const Buffers& buffers) override {
    const T* x = buffers.of<T>(0);
    T* y = buffers.of<T>(1);
    parallelFor(outer_ * inner_, kCheap / length_ + 1, [=](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        const int64_t first = i / inner_ * length_ * inner_ + i % inner_;
        accumulate(x + first, y + first);
      }
    });
  }

 private:
  void accumulate(const T* x, T* y) const {
    T total = Join::kStart;
    for (int64_t i = 0; i < length_; i++) {
      const int64_t at = (reverses_ ? length_ - 1 - i : i) * inner_;
      const T next = valueAs<T>(Join::join(total, x[at]));
      y[at] = excludes_ ? total : next;
      total = next;
    }
  }

  int64_t outer_, length_, inner_;
  bool excludes_, reverses_;
};

Signature signature(const CumulativeParams& params) {
  const DType dtype = params.dtype;
  if (dtype == DType::boolean) throw std::runtime_error("not for bool");
  const int64_t size = elementCount({params.outer, params.length, params.inner});
  return {{buffer(dtype, size)}, {buffer(dtype, size)}};
}

template <typename Join>
std::unique_ptr<Op> prepare(const CumulativeParams& params) {
  if (params.dtype == DType::float32) {
    return std::make_unique<Cumulative<Join, float>>(params);
  }
  return std::make_unique<Cumulative<Join, int32_t>>(params);
}

Registration registerCumsum("cumsum", signature, prepare<Plus>);
Registration registerCumprod("cumprod", signature, prepare<Times>);

}  // namespace
}  // namespace notegrad
