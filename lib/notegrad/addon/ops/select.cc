// select: inputs condition (bool), t, e, of one shape, then the output; params [dtype of t, count].
#include "binding/op.h"
#include "simd/parallel.h"

namespace notegrad {
namespace {

template <typename T>
class Select : public Op {
 public:
  explicit Select(int64_t count) : count_(count) {}

  void run(const Buffers& buffers) override {
    const uint8_t* condition = buffers.u8(0);
    const T* t = buffers.of<T>(1);
    const T* e = buffers.of<T>(2);
    T* y = buffers.of<T>(3);
    parallelFor(count_, kCheap, [=](int64_t begin, int64_t end) {
#pragma omp simd
      for (int64_t i = begin; i < end; i++) {
        const T taken = t[i], other = e[i];
        y[i] = condition[i] == 1 ? taken : other;
      }
    });
  }

 private:
  int64_t count_;
};

Signature signature(const SelectParams& params) {
  const int64_t count = params.count;
  const BufferSpec values = buffer(params.dtype, count);
  return {{bools(count), values, values}, {values}};
}

std::unique_ptr<Op> prepare(const SelectParams& params) {
  const int64_t count = params.count;
  if (params.dtype == DType::boolean) return std::make_unique<Select<uint8_t>>(count);
  return std::make_unique<Select<int32_t>>(count);  // copies a float's bits as they are
}

Registration registration("select", signature, prepare);

}  // namespace
}  // namespace notegrad
