// Reductions along any axes: input, output; params [dtype, rank, …shape, …1 for each reduced axis,
// else 0].
#include "ops/reduction.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "binding/op.h"

namespace notegrad {
namespace {

struct Mean : Sum<float, float> {
  static float finish(double total, int64_t count) {
    return static_cast<float>(total / static_cast<double>(count));
  }
};

template <typename T>
struct Prod {
  using In = T;
  using Lane = double;
  using Total = double;
  using Out = std::conditional_t<std::is_same_v<T, float>, float, int32_t>;
  static constexpr double lane() { return 1; }
  static constexpr double total() { return 1; }
  static double join(double lane, T x) { return lane * x; }
  static double merge(double total, double other) { return total * other; }
  static Out finish(double total, int64_t) {
    if constexpr (std::is_same_v<T, float>) return static_cast<float>(total);
    return static_cast<Out>(toInt32(total));
  }
};

// NaN wins.
template <typename T>
struct Max {
  using In = T;
  using Lane = T;
  using Total = T;
  using Out = T;
  static constexpr T lane() {
    return std::is_same_v<T, float> ? -std::numeric_limits<T>::infinity()
                                    : std::numeric_limits<T>::lowest();
  }
  static constexpr T total() { return lane(); }
  static T join(T lane, T x) { return (x > lane) | (x != x) ? x : lane; }
  static T merge(T total, T other) { return join(total, other); }
  static T finish(T total, int64_t) { return total; }
};

template <typename T>
struct Min {
  using In = T;
  using Lane = T;
  using Total = T;
  using Out = T;
  static constexpr T lane() {
    return std::is_same_v<T, float> ? std::numeric_limits<T>::infinity()
                                    : std::numeric_limits<T>::max();
  }
  static constexpr T total() { return lane(); }
  static T join(T lane, T x) { return (x < lane) | (x != x) ? x : lane; }
  static T merge(T total, T other) { return join(total, other); }
  static T finish(T total, int64_t) { return total; }
};

// The shape with neighbouring axes merged where both or neither are reduced, and axes of length 1
// dropped: reduced and kept axes alternate.
struct Axes {
  std::vector<int64_t> lengths;
  std::vector<bool> reduced;
  int64_t count = 1;  // elements a result

  Axes(const std::vector<int64_t>& shape, const std::vector<bool>& isAxisReduced) {
    for (size_t axis = 0; axis < shape.size(); axis++) {
      const int64_t length = shape[axis];
      const bool isReduced = isAxisReduced[axis];
      if (isReduced) count *= length;
      if (length == 1) continue;
      if (!lengths.empty() && reduced.back() == isReduced) {
        lengths.back() *= length;
      } else {
        lengths.push_back(length);
        reduced.push_back(isReduced);
      }
    }
  }

  // Takes the last reduced axis out; what remains is the shape of the outcome.
  View takeLast() {
    size_t axis = lengths.size();
    while (axis > 0 && !reduced[axis - 1]) axis--;
    View view{1, 1, 1};
    for (size_t i = axis; i < lengths.size(); i++) view.inner *= lengths[i];
    if (axis == 0) return view;
    view.reduced = lengths[axis - 1];
    for (size_t i = 0; i + 1 < axis; i++) view.outer *= lengths[i];
    lengths.erase(lengths.begin() + axis - 1);
    reduced.erase(reduced.begin() + axis - 1);
    return view;
  }

  bool reducesMore() const { return std::count(reduced.begin(), reduced.end(), true) > 0; }
};

// First joins the innermost reduced axis with `First`; if reduced axes remain, `Next` joins what
// came out, axis by axis.
template <typename First, typename Next>
class Reduce : public Op {
 public:
  explicit Reduce(const ReductionParams& params) : Reduce(Axes(params.shape, params.reduced)) {}

  void run(const Buffers& buffers) override {
    using Out = typename First::Out;
    const auto* x = buffers.of<typename First::In>(0);
    Out* y = buffers.of<Out>(1);
    first_.run(x, next_.empty() ? y : scratch_[0].data());
    for (size_t i = 0; i < next_.size(); i++) {
      next_[i].run(scratch_[i].data(), i + 1 < next_.size() ? scratch_[i + 1].data() : y);
    }
  }

 private:
  // A mean is divided by its count in the one step that is its last.
  explicit Reduce(Axes axes) : first_(axes.takeLast(), axes.count) {
    while (axes.reducesMore()) {
      const View view = axes.takeLast();
      scratch_.emplace_back(view.outer * view.reduced * view.inner);
      next_.emplace_back(view, 1);
    }
  }

  Reduction<First> first_;
  std::vector<Reduction<Next>> next_;
  std::vector<std::vector<typename First::Out>> scratch_;
};

// What comes out: the type of the inputs, but for sums and products of booleans.
DType same(DType in) { return in; }
DType counted(DType in) { return in == DType::boolean ? DType::int32 : in; }

template <DType (*outOf)(DType)>
Signature signature(const ReductionParams& params) {
  const DType in = params.dtype;
  const std::vector<int64_t>& shape = params.shape;
  if (elementCount(shape) == 0) throw std::runtime_error("not for an empty tensor");
  std::vector<int64_t> kept;
  for (size_t axis = 0; axis < shape.size(); axis++) {
    if (!params.reduced[axis]) kept.push_back(shape[axis]);
  }
  return {{buffer(in, elementCount(shape))}, {buffer(outOf(in), elementCount(kept))}};
}

template <typename First, typename Next = First>
std::unique_ptr<Op> make(const ReductionParams& params) {
  return std::make_unique<Reduce<First, Next>>(params);
}

std::unique_ptr<Op> prepareSum(const ReductionParams& params) {
  switch (params.dtype) {
    case DType::float32:
      return make<Sum<float, float>>(params);
    case DType::int32:
      return make<Sum<int32_t, int64_t>>(params);
    default:
      return make<Sum<uint8_t, int64_t>, Sum<int32_t, int64_t>>(params);
  }
}

std::unique_ptr<Op> prepareMean(const ReductionParams& params) {
  if (params.dtype != DType::float32) throw std::runtime_error("only for float32");
  return make<Mean, Sum<float, float>>(params);
}

std::unique_ptr<Op> prepareProd(const ReductionParams& params) {
  switch (params.dtype) {
    case DType::float32:
      return make<Prod<float>>(params);
    case DType::int32:
      return make<Prod<int32_t>>(params);
    default:
      return make<Prod<uint8_t>, Prod<int32_t>>(params);
  }
}

template <template <typename> class Reducer>
std::unique_ptr<Op> prepareExtreme(const ReductionParams& params) {
  switch (params.dtype) {
    case DType::float32:
      return make<Reducer<float>>(params);
    case DType::int32:
      return make<Reducer<int32_t>>(params);
    default:
      return make<Reducer<uint8_t>>(params);
  }
}

Registration registerSum("sum", signature<counted>, prepareSum);
Registration registerMean("mean", signature<same>, prepareMean);
Registration registerProd("prod", signature<counted>, prepareProd);
Registration registerMax("max", signature<same>, prepareExtreme<Max>);
Registration registerMin("min", signature<same>, prepareExtreme<Min>);

}  // namespace
}  // namespace notegrad
