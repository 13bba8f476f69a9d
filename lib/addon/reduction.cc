// Reductions along any axes: input, output; params [dtype, rank, …shape, …1 for each reduced axis,
// else 0]. Sums are accumulated in blocks and in double precision across blocks, in an order that
// does not depend on the number of threads.
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "op.h"
#include "parallel.h"

namespace notegrad {
namespace {

// A tensor seen as [outer, reduced, inner].
struct View {
  int64_t outer, reduced, inner;
};

constexpr int64_t kWidth = 64;       // values that are accumulated side by side
constexpr int64_t kTile = 1024;      // columns that a thread takes at a time
constexpr int64_t kBlock = 64;      // rows between two additions to the totals
constexpr int64_t kMostChunks = 16;  // parts of the rows that threads share,
constexpr int64_t kChunk = 8192;     // each of about so many values or more

// A reducer says how an element joins a lane (Lane), how lanes join a total (Total), and how a total
// becomes a result (Out) for `count` elements.

template <typename T, typename LaneType>
struct Sum {
  using In = T;
  using Lane = LaneType;
  using Total = std::conditional_t<std::is_same_v<T, float>, double, int64_t>;
  using Out = std::conditional_t<std::is_same_v<T, float>, float, int32_t>;
  static constexpr Lane lane() { return 0; }
  static constexpr Total total() { return 0; }
  static Lane join(Lane lane, T x) { return lane + x; }
  static Total merge(Total total, Total other) { return total + other; }
  static Out finish(Total total, int64_t) { return static_cast<Out>(total); }
};

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

// The total of values that lie side by side.
template <typename Reducer>
typename Reducer::Total accumulateRow(const typename Reducer::In* x, int64_t count) {
  using Lane = typename Reducer::Lane;
  using Total = typename Reducer::Total;
  constexpr int64_t kLanes = 32;
  Total total = Reducer::total();
  int64_t i = 0;
  while (count - i >= kLanes) {
    const int64_t end = i + std::min((count - i) / kLanes, kBlock) * kLanes;
    Lane lanes[kLanes];
    std::fill(lanes, lanes + kLanes, Reducer::lane());
    for (; i < end; i += kLanes) {
#pragma omp simd
      for (int64_t lane = 0; lane < kLanes; lane++) {
        lanes[lane] = Reducer::join(lanes[lane], x[i + lane]);
      }
    }
    for (const Lane lane : lanes) total = Reducer::merge(total, static_cast<Total>(lane));
  }
  Lane rest = Reducer::lane();
  for (; i < count; i++) rest = Reducer::join(rest, x[i]);
  return Reducer::merge(total, static_cast<Total>(rest));
}

// Accumulates `rows` rows of `width` ≤ kTile values, `stride` apart, into `totals`.
template <typename Reducer>
void accumulateRows(const typename Reducer::In* x, int64_t rows, int64_t width, int64_t stride,
                    typename Reducer::Total* totals) {
  typename Reducer::Lane lanes[kTile];
  for (int64_t first = 0; first < rows; first += kBlock) {
    const int64_t last = std::min(rows, first + kBlock);
    std::fill(lanes, lanes + width, Reducer::lane());
    for (int64_t row = first; row < last; row++) {
      const typename Reducer::In* values = x + row * stride;
#pragma omp simd
      for (int64_t i = 0; i < width; i++) lanes[i] = Reducer::join(lanes[i], values[i]);
    }
    for (int64_t i = 0; i < width; i++) {
      totals[i] = Reducer::merge(totals[i], static_cast<typename Reducer::Total>(lanes[i]));
    }
  }
}

// The same for rows that are narrow and without gaps: as many at a time as make up kWidth values.
template <typename Reducer>
void accumulateNarrowRows(const typename Reducer::In* x, int64_t rows, int64_t width,
                          typename Reducer::Total* totals) {
  const int64_t together = kWidth / width, wide = together * width, wideRows = rows / together;
  if (wideRows > 1) {
    typename Reducer::Total wideTotals[kWidth];
    std::fill(wideTotals, wideTotals + wide, Reducer::total());
    accumulateRows<Reducer>(x, wideRows, wide, wide, wideTotals);
    for (int64_t i = 0; i < wide; i++) {
      totals[i % width] = Reducer::merge(totals[i % width], wideTotals[i]);
    }
    x += wideRows * wide;
    rows -= wideRows * together;
  }
  accumulateRows<Reducer>(x, rows, width, width, totals);
}

template <typename Reducer>
class Reduction {
 public:
  using In = typename Reducer::In;
  using Out = typename Reducer::Out;
  using Total = typename Reducer::Total;

  // `count` is the number of elements that each result stands for, all axes together.
  Reduction(View view, int64_t count) : view_(view), count_(count) {
    tiles_ = (view.inner + kTile - 1) / kTile;
    const int64_t wanted = std::min(view.reduced, view.reduced * view.inner / kChunk);
    chunks_ = view.outer * tiles_ >= kMostChunks ? 1 : std::clamp<int64_t>(wanted, 1, kMostChunks);
    if (chunks_ > 1) partial_.resize(view.outer * chunks_ * view.inner);
  }

  void run(const In* x, Out* y) {
    const int64_t tasks = view_.outer * tiles_ * chunks_;
    const int64_t worthThreads = kCheap / (view_.reduced * view_.inner / tiles_ / chunks_ + 1) + 1;
    parallelFor(tasks, worthThreads, [=](int64_t begin, int64_t end) {
      for (int64_t task = begin; task < end; task++) runTask(task, x, y);
    });
    if (chunks_ > 1) mergeChunks(y);
  }

 private:
  void runTask(int64_t task, const In* x, Out* y) {
    const int64_t chunk = task % chunks_, tile = task / chunks_ % tiles_;
    const int64_t outer = task / chunks_ / tiles_;
    const int64_t firstRow = view_.reduced * chunk / chunks_;
    const int64_t rows = view_.reduced * (chunk + 1) / chunks_ - firstRow;
    const int64_t column = tile * kTile, width = std::min(kTile, view_.inner - column);
    const In* values = x + (outer * view_.reduced + firstRow) * view_.inner + column;

    if (view_.inner == 1 && chunks_ == 1) {
      y[outer] = Reducer::finish(accumulateRow<Reducer>(values, rows), count_);
      return;
    }
    Total totals[kTile];
    std::fill(totals, totals + width, Reducer::total());
    if (view_.inner <= kWidth / 2) {
      accumulateNarrowRows<Reducer>(values, rows, width, totals);
    } else {
      accumulateRows<Reducer>(values, rows, width, view_.inner, totals);
    }
    if (chunks_ > 1) {
      Total* partial = partial_.data() + (outer * chunks_ + chunk) * view_.inner + column;
      std::copy(totals, totals + width, partial);
    } else {
      Out* results = y + outer * view_.inner + column;
      for (int64_t i = 0; i < width; i++) results[i] = Reducer::finish(totals[i], count_);
    }
  }

  void mergeChunks(Out* y) {
    for (int64_t outer = 0; outer < view_.outer; outer++) {
      const Total* partial = partial_.data() + outer * chunks_ * view_.inner;
      for (int64_t i = 0; i < view_.inner; i++) {
        Total total = Reducer::total();
        for (int64_t chunk = 0; chunk < chunks_; chunk++) {
          total = Reducer::merge(total, partial[chunk * view_.inner + i]);
        }
        y[outer * view_.inner + i] = Reducer::finish(total, count_);
      }
    }
  }

  View view_;
  int64_t count_, tiles_, chunks_;
  std::vector<Total> partial_;
};

// The shape with neighbouring axes merged where both or neither are reduced, and axes of length 1
// dropped: reduced and kept axes alternate.
struct Axes {
  std::vector<int64_t> lengths;
  std::vector<bool> reduced;
  int64_t count = 1;  // elements a result

  Axes(const Params& params, size_t first) {
    const size_t rank = params.rank(first);
    for (size_t axis = 0; axis < rank; axis++) {
      const int64_t length = params.size(first + 1 + axis);
      const bool isReduced = params.flag(first + 1 + rank + axis);
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
  explicit Reduce(const Params& params) : Reduce(Axes(params, 1)) {}

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
Signature signature(const Params& params) {
  const DType in = params.dtype(0);
  const size_t rank = params.rank(1);
  params.expectCount(2 + 2 * rank);
  const std::vector<int64_t> shape = params.shape(2, rank);
  if (elementCount(shape) == 0) throw std::runtime_error("not for an empty tensor");
  std::vector<int64_t> kept;
  for (size_t axis = 0; axis < rank; axis++) {
    if (!params.flag(2 + rank + axis)) kept.push_back(shape[axis]);
  }
  return {{buffer(in, elementCount(shape))}, {buffer(outOf(in), elementCount(kept))}};
}

template <typename First, typename Next = First>
std::unique_ptr<Op> make(const Params& params) {
  return std::make_unique<Reduce<First, Next>>(params);
}

std::unique_ptr<Op> prepareSum(const Params& params) {
  switch (params.dtype(0)) {
    case DType::float32:
      return make<Sum<float, float>>(params);
    case DType::int32:
      return make<Sum<int32_t, int64_t>>(params);
    default:
      return make<Sum<uint8_t, int64_t>, Sum<int32_t, int64_t>>(params);
  }
}

std::unique_ptr<Op> prepareMean(const Params& params) {
  if (params.dtype(0) != DType::float32) throw std::runtime_error("only for float32");
  return make<Mean, Sum<float, float>>(params);
}

std::unique_ptr<Op> prepareProd(const Params& params) {
  switch (params.dtype(0)) {
    case DType::float32:
      return make<Prod<float>>(params);
    case DType::int32:
      return make<Prod<int32_t>>(params);
    default:
      return make<Prod<uint8_t>, Prod<int32_t>>(params);
  }
}

template <template <typename> class Reducer>
std::unique_ptr<Op> prepareExtreme(const Params& params) {
  switch (params.dtype(0)) {
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
