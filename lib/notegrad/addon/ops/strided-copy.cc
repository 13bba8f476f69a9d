#include "ops/strided-copy.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "binding/op.h"
#include "simd/slices.h"

namespace notegrad {

StridedCopy::StridedCopy(const std::vector<Axis>& axes, int64_t bytes) : bytes_(bytes) {
  for (const Axis& axis : axes) {
    if (axis.length == 1) continue;
    Axis* before = outer_.empty() ? nullptr : &outer_.back();
    const bool continues =
        before && before->from == axis.from * axis.length && before->to == axis.to * axis.length;
    if (continues) {
      *before = {before->length * axis.length, axis.from, axis.to};
    } else {
      outer_.push_back(axis);
    }
  }
  if (outer_.empty()) return;
  last_ = outer_.back();
  outer_.pop_back();
  const auto contiguous =
      std::find_if(outer_.begin(), outer_.end(), [](const Axis& axis) { return axis.from == 1; });
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
  std::array<int64_t, Params::kMostAxes> index;
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

// The bytes of an element, the elements of the input, where the first one taken is in it, the shape
// of the output, and the strides in the input along its axes.
struct Arrangement : StridedCopyParams {
  explicit Arrangement(const StridedCopyParams& params) : StridedCopyParams(params) {
    if (bytes != 1 && bytes != 4) throw std::runtime_error("elements must have 1 or 4 bytes");
  }

  int64_t outputSize() const { return elementCount(shape); }

  // Throws where an element of the output would come from outside the input.
  void check() const {
    if (outputSize() == 0) return;
    int64_t first = offset, last = offset;
    for (size_t axis = 0; axis < shape.size(); axis++) {
      // Before they are multiplied: no distance within the input is longer than it.
      const int64_t steps = shape[axis] - 1, stride = strides[axis];
      if (steps > 0 && std::abs(stride) > inputSize / steps) refuse();
      (stride < 0 ? first : last) += steps * stride;
    }
    if (first < 0 || last >= inputSize) refuse();
  }

  std::vector<StridedCopy::Axis> axes() const {
    std::vector<StridedCopy::Axis> axes(shape.size());
    int64_t to = 1;
    for (size_t i = shape.size(); i-- > 0;) {
      axes[i] = {shape[i], strides[i], to};
      to *= shape[i];
    }
    return axes;
  }

 private:
  [[noreturn]] static void refuse() { throw std::runtime_error("the strides leave the input"); }
};

class StridedCopyOp : public Op {
 public:
  explicit StridedCopyOp(const Arrangement& arrangement)
      : offset_(arrangement.bytes * arrangement.offset),
        copy_(arrangement.axes(), arrangement.bytes) {}

  void run(const Buffers& buffers) override { copy_.run(buffers.u8(0) + offset_, buffers.u8(1)); }

 private:
  int64_t offset_;
  StridedCopy copy_;
};

Signature signature(const StridedCopyParams& params) {
  const Arrangement arrangement(params);
  arrangement.check();
  const int64_t bytes = arrangement.bytes;
  return {{rawBytes(elementCount({bytes, arrangement.inputSize}))},
          {rawBytes(elementCount({bytes, arrangement.outputSize()}))}};
}

std::unique_ptr<Op> prepare(const StridedCopyParams& params) {
  return std::make_unique<StridedCopyOp>(Arrangement(params));
}

Registration registration("stridedCopy", signature, prepare);

}  // namespace
}  // namespace notegrad
