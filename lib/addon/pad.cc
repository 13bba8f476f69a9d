// pad: input, output; params [dtype, value, rank, …shape of the input, …how many before, …how many
// after].
// mirrorPad: input, output; params [dtype, 1 if the edge itself is repeated ('symmetric'), else 0
// ('reflect'), rank, …shape of the input, …how many before, …how many after].
#include <algorithm>
#include <vector>

#include "dtype.h"
#include "slices.h"
#include "strided-copy.h"

namespace notegrad {
namespace {

struct Padding {
  std::vector<int64_t> inside, before, shape;
  int64_t size = 1;

  explicit Padding(const Params& params) {
    const int64_t rank = params.integer(2);
    for (int64_t i = 0; i < rank; i++) {
      inside.push_back(params.integer(3 + i));
      before.push_back(params.integer(3 + rank + i));
      shape.push_back(before[i] + inside[i] + params.integer(3 + 2 * rank + i));
      size *= shape[i];
    }
  }

  std::vector<StridedCopy::Axis> axes() const {
    std::vector<StridedCopy::Axis> axes(shape.size());
    int64_t from = 1, to = 1;
    for (size_t i = shape.size(); i-- > 0;) {
      axes[i] = {inside[i], from, to};
      from *= inside[i];
      to *= shape[i];
    }
    return axes;
  }

  // Where the input's first element is in the output.
  int64_t corner() const {
    int64_t offset = 0;
    for (size_t i = 0; i < shape.size(); i++) offset = offset * shape[i] + before[i];
    return offset;
  }
};

template <typename T>
class Pad : public Op {
 public:
  explicit Pad(const Params& params)
      : value_(static_cast<T>(params[1])), padding_(params), copy_(padding_.axes(), sizeof(T)) {
    isEmpty_ = std::count(padding_.inside.begin(), padding_.inside.end(), 0) > 0;
  }

  void run(const Buffers& buffers) override {
    T* y = elements<T>(buffers, 1);
    parallelFor(padding_.size, kCheap, [=](int64_t begin, int64_t end) {
      std::fill(y + begin, y + end, value_);
    });
    if (!isEmpty_) copy_.run(buffers.u8(0), y + padding_.corner());
  }

 private:
  T value_;
  Padding padding_;
  StridedCopy copy_;
  bool isEmpty_;
};

template <typename T>
class MirrorPad : public Op {
 public:
  explicit MirrorPad(const Params& params) {
    const Padding padding(params);
    const int64_t edge = params.integer(1);
    int64_t stride = 1;
    sources_.resize(padding.shape.size());
    for (size_t axis = padding.shape.size(); axis-- > 0;) {
      for (int64_t at = 0; at < padding.shape[axis]; at++) {
        int64_t source = at - padding.before[axis];
        if (source < 0) source = -source - edge;
        if (source >= padding.inside[axis]) source = 2 * (padding.inside[axis] - 1) - source + edge;
        sources_[axis].push_back(source * stride);
      }
      stride *= padding.inside[axis];
    }
    rows_ = 1;
    for (size_t axis = 0; axis + 1 < sources_.size(); axis++) rows_ *= sources_[axis].size();
  }

  void run(const Buffers& buffers) override {
    const T* x = elements<T>(buffers, 0);
    T* y = elements<T>(buffers, 1);
    const std::vector<int64_t>& columns = sources_.back();
    const auto width = static_cast<int64_t>(columns.size());
    parallelRows(rows_, width, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; row++) {
        int64_t rest = row, offset = 0;
        for (size_t axis = sources_.size() - 1; axis-- > 0;) {
          const auto length = static_cast<int64_t>(sources_[axis].size());
          offset += sources_[axis][rest % length];
          rest /= length;
        }
        for (int64_t i = 0; i < width; i++) y[row * width + i] = x[offset + columns[i]];
      }
    });
  }

 private:
  // For each axis, where in the input each index of the output comes from.
  std::vector<std::vector<int64_t>> sources_;
  int64_t rows_;
};

template <template <typename> class Operation>
std::unique_ptr<Op> prepare(const Params& params) {
  switch (dtypeOf(params[0])) {
    case DType::float32:
      return std::make_unique<Operation<float>>(params);
    case DType::int32:
      return std::make_unique<Operation<int32_t>>(params);
    default:
      return std::make_unique<Operation<uint8_t>>(params);
  }
}

Registration registerPad("pad", prepare<Pad>);
Registration registerMirrorPad("mirrorPad", prepare<MirrorPad>);

}  // namespace
}  // namespace notegrad
