// copy: input, output; params [bytes].
#include <cstring>

#include "binding/op.h"
#include "simd/parallel.h"

namespace notegrad {
namespace {

constexpr int64_t kBytesWorthThreads = 1 << 20;

class Copy : public Op {
 public:
  explicit Copy(int64_t bytes) : bytes_(bytes) {}

  void run(const Buffers& buffers) override {
    const uint8_t* from = buffers.u8(0);
    uint8_t* to = buffers.u8(1);
    parallelFor(bytes_, kBytesWorthThreads, [=](int64_t begin, int64_t end) {
      std::memcpy(to + begin, from + begin, end - begin);
    });
  }

 private:
  int64_t bytes_;
};

Signature signature(const CopyParams& params) {
  const int64_t bytes = params.bytes;
  return {{rawBytes(bytes)}, {rawBytes(bytes)}};
}

std::unique_ptr<Op> prepare(const CopyParams& params) {
  return std::make_unique<Copy>(params.bytes);
}

Registration registration("copy", signature, prepare);

}  // namespace
}  // namespace notegrad
