// copy: input, output; params [bytes].
#include <algorithm>
#include <cstring>

#include "op.h"

namespace notegrad {
namespace {

constexpr int64_t kBytesWorthThreads = 1 << 20;

class Copy : public Op {
 public:
  explicit Copy(int64_t bytes) : bytes_(bytes) {}

  void run(const Buffers& buffers) override {
    const uint8_t* from = buffers.u8(0);
    uint8_t* to = buffers.u8(1);
    if (bytes_ < kBytesWorthThreads) {
      std::memcpy(to, from, bytes_);
      return;
    }
    const int64_t chunk = kBytesWorthThreads / 4;
#pragma omp parallel for
    for (int64_t start = 0; start < bytes_; start += chunk) {
      std::memcpy(to + start, from + start, std::min(chunk, bytes_ - start));
    }
  }

 private:
  int64_t bytes_;
};

std::unique_ptr<Op> prepareCopy(const Params& params) {
  return std::make_unique<Copy>(params.integer(0));
}

Registration registration("copy", prepareCopy);

}  // namespace
}  // namespace notegrad
