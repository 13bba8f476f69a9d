// select: inputs condition (bool), t, e, of one shape, then the output; params [dtype of t, count].
#include "dtype.h"
#include "op.h"
#include "parallel.h"

namespace notegrad {
namespace {

template <typename T>
class Select : public Op {
 public:
  explicit Select(int64_t count) : count_(count) {}

  void run(const Buffers& buffers) override {
    const uint8_t* condition = buffers.u8(0);
    const T* t = elements<T>(buffers, 1);
    const T* e = elements<T>(buffers, 2);
    T* y = elements<T>(buffers, 3);
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

std::unique_ptr<Op> prepare(const Params& params) {
  const int64_t count = params.integer(1);
  if (dtypeOf(params[0]) == DType::boolean) return std::make_unique<Select<uint8_t>>(count);
  return std::make_unique<Select<int32_t>>(count);  // copies a float's bits as they are
}

Registration registration("select", prepare);

}  // namespace
}  // namespace notegrad
