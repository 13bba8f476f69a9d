#include "strided-copy.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "op.h"
#include "slices.h"

namespace notegrad {

namespace {

constexpr size_t kMostAxes = 16;

}  // namespace

StridedCopy::StridedCopy(const std::vector<Axis>& axes, int64_t bytes) : bytes_(bytes) {
  if (axes.size() > kMostAxes) throw std::runtime_error("more than 16 axes");
  for (const Axis& axis : axes) {
    if (axis.length == 1) continue;
    Axis* before = outer_.empty() ? nullptr : &outer_.back();
    const bool continues = before && before->from == axis.from * axis.length &&
                           before->to == axis.to * axis.length;
    if (continues) {
      *before = {before->length * axis.length, axis.from, axis.to};
    } else {
      outer_.push_back(axis);
    }
  }
  if (outer_.empty()) return;
  last_ = outer_.back();
  outer_.pop_back();
  const auto contiguous = std::find_if(outer_.begin(), outer_.end(),
                                       [](const Axis& axis) { return axis.from == 1; });
  if (last_.from != 1 && last_.from != 0 && contiguous != outer_.end()) {
    transposes_ = true;
    across_ = *contiguous;
    outer_.erase(contiguous);
  }
  for (const Axis& axis : outer_) outerCount_ *= axis.length;
}

// Calls visit(offset in the source, offset in the target) for the outer indices [begin, end).
template <typename Visit>
void StridedCopy::forOuter(int64_t begin, int64_t end, Visit visit) const {
  std::array<int64_t, kMostAxes> index;
  int64_t rest = begin, from = 0, to = 0;
  for (size_t i = outer_.size(); i-- > 0;) {
    index[i] = rest % outer_[i].length;
    rest /= outer_[i].length;
    from += index[i] * outer_[i].from;
    to += index[i] * outer_[i].to;
  }
  for (int64_t visited = begin; visited < end; visited++) {
    visit(from, to);
    for (size_t i = outer_.size(); i-- > 0;) {
      const Axis& axis = outer_[i];
      from += axis.from;
      to += axis.to;
      if (++index[i] < axis.length) break;
      from -= axis.length * axis.from;
      to -= axis.length * axis.to;
      index[i] = 0;
    }
  }
}

template <typename T>
void StridedCopy::runRows(const T* from, T* to) const {
  const Axis row = last_;
  parallelRows(outerCount_, row.length, [=](int64_t begin, int64_t end) {
    forOuter(begin, end, [=](int64_t fromOffset, int64_t toOffset) {
      const T* source = from + fromOffset;
      T* target = to + toOffset;
      if (row.from == 1 && row.to == 1) {
        std::copy(source, source + row.length, target);
      } else if (row.from == 0 && row.to == 1) {
        std::fill(target, target + row.length, *source);
      } else {
        for (int64_t i = 0; i < row.length; i++) target[i * row.to] = source[i * row.from];
      }
    });
  });
}

// The last axis is contiguous in the target, `across_` in the source: square tiles fit the cache.
template <typename T>
void StridedCopy::runPlanes(const T* from, T* to) const {
  constexpr int64_t kTile = 32;
  const int64_t tiles = (across_.length + kTile - 1) / kTile;
  parallelRows(outerCount_ * tiles, last_.length * kTile, [=](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; task++) {
      const int64_t first = task % tiles * kTile, end = std::min(first + kTile, across_.length);
      forOuter(task / tiles, task / tiles + 1, [=](int64_t fromOffset, int64_t toOffset) {
        for (int64_t column = 0; column < last_.length; column += kTile) {
          const int64_t columns = std::min(kTile, last_.length - column);
          for (int64_t row = first; row < end; row++) {
            const T* source = from + fromOffset + row + column * last_.from;
            T* target = to + toOffset + row * across_.to + column * last_.to;
            for (int64_t i = 0; i < columns; i++) target[i * last_.to] = source[i * last_.from];
          }
        }
      });
    }
  });
}

template <typename T>
void StridedCopy::runAs(const T* from, T* to) const {
  if (transposes_) {
    runPlanes(from, to);
  } else if (outerCount_ == 1 && last_.from == 1 && last_.to == 1) {
    parallelFor(last_.length, kCheap, [=](int64_t begin, int64_t end) {
      std::copy(from + begin, from + end, to + begin);
    });
  } else {
    runRows(from, to);
  }
}

void StridedCopy::run(const void* from, void* to) const {
  if (bytes_ == 1) {
    runAs(static_cast<const uint8_t*>(from), static_cast<uint8_t*>(to));
  } else {
    runAs(static_cast<const uint32_t*>(from), static_cast<uint32_t*>(to));
  }
}

namespace {

// stridedCopy: input, output; params [bytes an element, offset of the first element in the input,
// rank, …shape of the output, …stride in the input along each of its axes].
class StridedCopyOp : public Op {
 public:
  explicit StridedCopyOp(const Params& params)
      : offset_(params.integer(0) * params.integer(1)), copy_(axes(params), params.integer(0)) {}

  void run(const Buffers& buffers) override {
    copy_.run(buffers.u8(0) + offset_, buffers.u8(1));
  }

 private:
  static std::vector<StridedCopy::Axis> axes(const Params& params) {
    const int64_t rank = params.integer(2);
    std::vector<StridedCopy::Axis> axes(rank);
    int64_t stride = 1;
    for (int64_t i = rank; i-- > 0;) {
      axes[i] = {params.integer(3 + i), params.integer(3 + rank + i), stride};
      stride *= axes[i].length;
    }
    return axes;
  }

  int64_t offset_;
  StridedCopy copy_;
};

std::unique_ptr<Op> prepare(const Params& params) {
  return std::make_unique<StridedCopyOp>(params);
}

Registration registration("stridedCopy", prepare);

}  // namespace
}  // namespace notegrad
