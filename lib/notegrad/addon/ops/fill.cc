// fill: output.
// oneHot: indices (int32), output as [count, depth]: `on` at the index, `off` elsewhere. An index
// out of range makes a row without the former.
#include <algorithm>

#include "binding/op.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

template <typename T>
class Fill : public Op {
 public:
  explicit Fill(const FillParams& params)
      : count_(params.count), value_(valueAs<T>(params.value)) {}

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
  explicit OneHot(const OneHotParams& params)
      : count_(params.count),
        depth_(params.depth),
        on_(valueAs<T>(params.on)),
        off_(valueAs<T>(params.off)) {}

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

Signature fillSignature(const FillParams& params) {
  return {{}, {buffer(params.dtype, params.count)}};
}

Signature oneHotSignature(const OneHotParams& params) {
  return {{ints(params.count)}, {buffer(params.dtype, elementCount({params.count, params.depth}))}};
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

Registration registerFill("fill", fillSignature, prepare<Fill, FillParams>);
Registration registerOneHot("oneHot", oneHotSignature, prepare<OneHot, OneHotParams>);

}  // namespace
}  // namespace notegrad
