// pad: input, output; params [dtype, value, rank, …shape of the input, …how many before, …how many
// after].
// mirrorPad: input, output; params [dtype, 1 if the edge itself is repeated ('symmetric'), else 0
// ('reflect'), rank, …shape of the input, …how many before, …how many after].
#include <algorithm>
#include <vector>

#include "binding/op.h"
#include "ops/strided-copy.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

struct Padding {
  std::vector<int64_t> inside, before, shape;
  int64_t size;

  template <typename Named>
  explicit Padding(const Named& params)
      : inside(params.inside), before(params.before), shape(params.after) {
    for (size_t i = 0; i < shape.size(); i++) shape[i] += before[i] + inside[i];
    size = elementCount(shape);
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
  explicit Pad(const PadParams& params)
      : value_(valueAs<T>(params.value)), padding_(params), copy_(padding_.axes(), sizeof(T)) {
    isEmpty_ = std::count(padding_.inside.begin(), padding_.inside.end(), 0) > 0;
  }

  void run(const Buffers& buffers) override {
    T* y = buffers.of<T>(1);
    parallelFor(padding_.size, kCheap,
                [=](int64_t begin, int64_t end) { std::fill(y + begin, y + end, value_); });
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
  explicit MirrorPad(const MirrorPadParams& params) {
    const Padding padding(params);
    const int64_t edge = params.edge;
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
    const T* x = buffers.of<T>(0);
    T* y = buffers.of<T>(1);
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

template <typename Named>
Signature signature(const Named& params) {
  const Padding padding(params);
  return {{buffer(params.dtype, elementCount(padding.inside))},
          {buffer(params.dtype, padding.size)}};
}

// A mirror shows nothing that is not in front of it.
Signature mirrorSignature(const MirrorPadParams& params) {
  const Padding padding(params);
  const int64_t edge = params.edge;
  if (padding.shape.empty()) throw std::runtime_error("not for a scalar");
  for (size_t axis = 0; axis < padding.shape.size(); axis++) {
    const int64_t inside = padding.inside[axis], before = padding.before[axis];
    const int64_t after = padding.shape[axis] - inside - before;
    if (inside > 0 && std::max(before, after) <= inside - 1 + edge) continue;
    throw std::runtime_error("an axis of " + std::to_string(inside) + " elements cannot mirror " +
                             std::to_string(std::max(before, after)));
  }
  return signature(params);
}

template <template <typename> class Operation, typename Named>
std::unique_ptr<Op> prepare(const Named& params) {
  switch (params.dtype) {
    case DType::float32:
      return std::make_unique<Operation<float>>(params);
    case DType::int32:
      return std::make_unique<Operation<int32_t>>(params);
    default:
      return std::make_unique<Operation<uint8_t>>(params);
  }
}

Registration registerPad("pad", signature<PadParams>, prepare<Pad, PadParams>);
Registration registerMirrorPad("mirrorPad", mirrorSignature, prepare<MirrorPad, MirrorPadParams>);

}  // namespace
}  // namespace notegrad
