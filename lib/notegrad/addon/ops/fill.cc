// fill: output; params [dtype, count, value].
// oneHot: indices (int32), output as [count, depth]; params [dtype, count, depth, value at the
// index, value elsewhere]. An index out of range makes a row without the former.
#include <algorithm>

#include "binding/op.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

template <typename T>
class Fill : public Op {
 public:
  explicit Fill(const Params& params) : count_(params.integer(1)), value_(valueAs<T>(params[2])) {}

  void run(const Buffers& buffers) override {
    T* y = buffers.of<T>(0);
    parallelFor(count_, kCheap,
                [=](int64_t begin, int64_t end) { std::fill(y + begin, y + end, value_); });
  }

 private:
  int64_t count_;
  T value_;
};

template <typename T>
class OneHot : public Op {
 public:
  explicit OneHot(const Params& params)
      : count_(params.integer(1)),
        depth_(params.integer(2)),
        on_(valueAs<T>(params[3])),
        off_(valueAs<T>(params[4])) {}

  void run(const Buffers& buffers) override {
    const int32_t* indices = buffers.i32(0);
    T* y = buffers.of<T>(1);
    parallelRows(count_, depth_, [=](int64_t begin, int64_t end) {
      std::fill(y + begin * depth_, y + end * depth_, off_);
      for (int64_t row = begin; row < end; row++) {
        const int64_t index = indices[row];
        if (index >= 0 && index < depth_) y[row * depth_ + index] = on_;
      }
    });
  }

 private:
  int64_t count_, depth_;
  T on_, off_;
};

Signature fillSignature(const Params& params) {
  params.expectCount(3);
  return {{}, {buffer(params.dtype(0), params.size(1))}};
}

Signature oneHotSignature(const Params& params) {
  params.expectCount(5);
  const int64_t count = params.size(1);
  return {{ints(count)}, {buffer(params.dtype(0), elementCount({count, params.size(2)}))}};
}

template <template <typename> class Operation>
std::unique_ptr<Op> prepare(const Params& params) {
  switch (params.dtype(0)) {
    case DType::float32:
      return std::make_unique<Operation<float>>(params);
    case DType::int32:
      return std::make_unique<Operation<int32_t>>(params);
    default:
      return std::make_unique<Operation<uint8_t>>(params);
  }
}

Registration registerFill("fill", fillSignature, prepare<Fill>);
Registration registerOneHot("oneHot", oneHotSignature, prepare<OneHot>);

}  // namespace
}  // namespace notegrad
