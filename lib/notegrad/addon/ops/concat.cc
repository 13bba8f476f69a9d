// concat: the inputs, then the output; params [rows, …bytes a row of each input]. A row of the
// output is a row of each input, one after the other.
#include <cstring>
#include <vector>

#include "binding/op.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

class Concat : public Op {
 public:
  explicit Concat(const ConcatParams& params) : rows_(params.rows), bytes_(params.rowBytes) {
    for (const int64_t bytes : bytes_) rowBytes_ += bytes;
  }

  void run(const Buffers& buffers) override {
    uint8_t* y = buffers.u8(bytes_.size());
    parallelRows(rows_, rowBytes_ / 4, [&](int64_t begin, int64_t end) {
      int64_t offset = 0;
      for (size_t i = 0; i < bytes_.size(); i++) {
        const uint8_t* x = buffers.u8(i);
        for (int64_t row = begin; row < end; row++) {
          std::memcpy(y + row * rowBytes_ + offset, x + row * bytes_[i], bytes_[i]);
        }
        offset += bytes_[i];
      }
    });
  }

 private:
  int64_t rows_, rowBytes_ = 0;
  std::vector<int64_t> bytes_;
};

Signature signature(const ConcatParams& params) {
  Signature signature;
  int64_t rowBytes = 0;
  for (const int64_t bytes : params.rowBytes) {
    signature.inputs.push_back(rawBytes(elementCount({params.rows, bytes})));
    rowBytes = elementCount({rowBytes + bytes});
  }
  signature.outputs.push_back(rawBytes(elementCount({params.rows, rowBytes})));
  return signature;
}

std::unique_ptr<Op> prepare(const ConcatParams& params) { return std::make_unique<Concat>(params); }

Registration registration("concat", signature, prepare);

}  // namespace
}  // namespace notegrad
