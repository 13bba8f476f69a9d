// The reduction of one axis of a tensor. Values are accumulated in blocks, and sums in double
// precision across blocks, in an order that does not depend on the number of threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "simd/parallel.h"

namespace notegrad {

// A tensor seen as [outer, reduced, inner].
struct View {
  int64_t outer, reduced, inner;
};

constexpr int64_t kWidth = 64;       // values that are accumulated side by side
constexpr int64_t kTile = 1024;      // columns that a thread takes at a time
constexpr int64_t kBlock = 64;       // rows between two additions to the totals
constexpr int64_t kMostChunks = 16;  // parts of the rows that threads share,
constexpr int64_t kChunk = 8192;     // each of about so many values or more

// A reducer says how an element joins a lane (Lane), how lanes join a total (Total), and how a
// total becomes a result (Out) for `count` elements.

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
template <typename Reducer, typename Before>
void accumulateRows(const typename Reducer::In* x, int64_t rows, int64_t width, int64_t stride,
                    typename Reducer::Total* totals, const Before& before) {
  typename Reducer::Lane lanes[kTile];
  for (int64_t first = 0; first < rows; first += kBlock) {
    const int64_t last = std::min(rows, first + kBlock);
    std::fill(lanes, lanes + width, Reducer::lane());
    const bool inOneBlock = stride == width && width <= kWidth;
    if (inOneBlock) before(x + first * width, (last - first) * width);
    for (int64_t row = first; row < last; row++) {
      const typename Reducer::In* values = x + row * stride;
      if (!inOneBlock) before(values, width);
#pragma omp simd
      for (int64_t i = 0; i < width; i++) lanes[i] = Reducer::join(lanes[i], values[i]);
    }
    for (int64_t i = 0; i < width; i++) {
      totals[i] = Reducer::merge(totals[i], static_cast<typename Reducer::Total>(lanes[i]));
    }
  }
}

// The same for rows that are narrow and without gaps: as many at a time as make up kWidth values.
template <typename Reducer, typename Before>
void accumulateNarrowRows(const typename Reducer::In* x, int64_t rows, int64_t width,
                          typename Reducer::Total* totals, const Before& before) {
  const int64_t together = kWidth / width, wide = together * width, wideRows = rows / together;
  if (wideRows > 1) {
    typename Reducer::Total wideTotals[kWidth];
    std::fill(wideTotals, wideTotals + wide, Reducer::total());
    accumulateRows<Reducer>(x, wideRows, wide, wide, wideTotals, before);
    for (int64_t i = 0; i < wide; i++) {
      totals[i % width] = Reducer::merge(totals[i % width], wideTotals[i]);
    }
    x += wideRows * wide;
    rows -= wideRows * together;
  }
  accumulateRows<Reducer>(x, rows, width, width, totals, before);
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

  // Into how many parts of its rows each tile is cut.
  int64_t chunks() const { return chunks_; }

  void run(const In* x, Out* y) {
    run(x, y, [](const In*, int64_t) {});
  }

  // Calls before(at, count) just before the values at x are read for the first time, from the
  // thread that reads them: what computes them can be put there.
  template <typename Before>
  void run(const In* x, Out* y, const Before& before) {
    const int64_t tasks = view_.outer * tiles_ * chunks_;
    const int64_t worthThreads = kCheap / (view_.reduced * view_.inner / tiles_ / chunks_ + 1) + 1;
    parallelFor(tasks, worthThreads, [&](int64_t begin, int64_t end) {
      for (int64_t task = begin; task < end; task++) runTask(task, x, y, before);
    });
    if (chunks_ > 1) mergeChunks(y);
  }

 private:
  template <typename Before>
  void runTask(int64_t task, const In* x, Out* y, const Before& before) {
    const int64_t chunk = task % chunks_, tile = task / chunks_ % tiles_;
    const int64_t outer = task / chunks_ / tiles_;
    const int64_t firstRow = view_.reduced * chunk / chunks_;
    const int64_t rows = view_.reduced * (chunk + 1) / chunks_ - firstRow;
    const int64_t column = tile * kTile, width = std::min(kTile, view_.inner - column);
    const In* values = x + (outer * view_.reduced + firstRow) * view_.inner + column;

    if (view_.inner == 1 && chunks_ == 1) {
      before(values, rows);
      y[outer] = Reducer::finish(accumulateRow<Reducer>(values, rows), count_);
      return;
    }
    Total totals[kTile];
    std::fill(totals, totals + width, Reducer::total());
    if (view_.inner <= kWidth / 2) {
      accumulateNarrowRows<Reducer>(values, rows, width, totals, before);
    } else {
      accumulateRows<Reducer>(values, rows, width, view_.inner, totals, before);
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

}  // namespace notegrad
