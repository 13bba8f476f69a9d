// What an operation's buffers must be, as far as its parameters say: all that it reads and writes
// without looking. It is held against the buffers wherever they come in, for all operations at
// once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "binding/dtype.h"

namespace notegrad {

struct BufferSpec {
  enum class Kind { float32, int32, boolean, bytes };

  Kind kind;
  int64_t length;  // elements, exactly; of `bytes`, which may be elements of any type, bytes

  int64_t bytes() const {
    return kind == Kind::float32 || kind == Kind::int32 ? 4 * length : length;
  }
  // '3 float32'
  std::string text() const;
};

inline BufferSpec buffer(DType dtype, int64_t length) {
  return {static_cast<BufferSpec::Kind>(dtype), length};
}
inline BufferSpec floats(int64_t length) { return buffer(DType::float32, length); }
inline BufferSpec ints(int64_t length) { return buffer(DType::int32, length); }
inline BufferSpec bools(int64_t length) { return buffer(DType::boolean, length); }
inline BufferSpec rawBytes(int64_t length) { return {BufferSpec::Kind::bytes, length}; }

struct Signature {
  std::vector<BufferSpec> inputs, outputs;

  size_t count() const { return inputs.size() + outputs.size(); }
  const BufferSpec& operator[](size_t i) const {
    return i < inputs.size() ? inputs[i] : outputs[i - inputs.size()];
  }

  // Whether there is nothing to compute.
  bool writesNothing() const;

  void checkCount(size_t given) const;
  // `given` is the buffer in place i: inputs first, then outputs.
  void check(size_t i, const BufferSpec& given) const {
    if (!fits((*this)[i], given)) refuse(i, given);
  }

  static bool fits(const BufferSpec& wanted, const BufferSpec& given) {
    if (wanted.kind == BufferSpec::Kind::bytes) return wanted.length == given.bytes();
    return wanted.kind == given.kind && wanted.length == given.length;
  }

 private:
  [[noreturn]] void refuse(size_t i, const BufferSpec& given) const;
};

}  // namespace notegrad
