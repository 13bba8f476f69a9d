// tfjs's types of elements, as the parameters of operations name them.
#pragma once

#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "op.h"

namespace notegrad {

enum class DType { float32 = 0, int32 = 1, boolean = 2 };

inline DType dtypeOf(double param) { return static_cast<DType>(static_cast<int>(param)); }

inline size_t bytesOf(DType dtype) { return dtype == DType::boolean ? 1 : 4; }

// The whole number that JavaScript stores into an Int32Array: truncated, modulo 2³², NaN as 0.
inline int32_t toInt32(double x) {
  if (std::fabs(x) < 2147483648.0) return static_cast<int32_t>(x);
  if (!std::isfinite(x)) return 0;
  return static_cast<int32_t>(static_cast<uint32_t>(
      static_cast<int64_t>(std::fmod(std::trunc(x), 4294967296.0))));
}

template <typename T>
T* elements(const Buffers& buffers, size_t i);
template <>
inline float* elements(const Buffers& buffers, size_t i) {
  return buffers.f32(i);
}
template <>
inline int32_t* elements(const Buffers& buffers, size_t i) {
  return buffers.i32(i);
}
template <>
inline uint8_t* elements(const Buffers& buffers, size_t i) {
  return buffers.u8(i);
}

}  // namespace notegrad
