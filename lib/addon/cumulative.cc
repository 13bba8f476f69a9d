// cumsum, cumprod along one axis: input, output; params [dtype, outer, length of the axis, inner,
// 1 to leave each element itself out, 1 to go from the last to the first].
#include "dtype.h"
#include "op.h"
#include "parallel.h"

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

template <typename T>
T stored(double x) {
  if constexpr (std::is_same_v<T, float>) return static_cast<float>(x);
  return static_cast<T>(toInt32(x));
}

template <typename Join, typename T>
class Cumulative : public Op {
 public:
  explicit Cumulative(const Params& params)
      : outer_(params.integer(1)),
        length_(params.integer(2)),
        inner_(params.integer(3)),
        excludes_(params[4] != 0),
        reverses_(params[5] != 0) {}

  void run(const Buffers& buffers) override {
    const T* x = elements<T>(buffers, 0);
    T* y = elements<T>(buffers, 1);
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
      const T next = stored<T>(Join::join(total, x[at]));
      y[at] = excludes_ ? total : next;
      total = next;
    }
  }

  int64_t outer_, length_, inner_;
  bool excludes_, reverses_;
};

template <typename Join>
std::unique_ptr<Op> prepare(const Params& params) {
  if (dtypeOf(params[0]) == DType::float32) {
    return std::make_unique<Cumulative<Join, float>>(params);
  }
  return std::make_unique<Cumulative<Join, int32_t>>(params);
}

Registration registerCumsum("cumsum", prepare<Plus>);
Registration registerCumprod("cumprod", prepare<Times>);

}  // namespace
}  // namespace notegrad
