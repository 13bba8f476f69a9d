// tfjs's types of elements.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "binding/enums.h"

namespace notegrad {

inline size_t bytesOf(DType dtype) { return dtype == DType::boolean ? 1 : 4; }

template <typename T>
constexpr DType dtypeOf() {
  if (std::is_same_v<T, float>) return DType::float32;
  return std::is_same_v<T, int32_t> ? DType::int32 : DType::boolean;
}

// The whole number that JavaScript stores into an Int32Array: truncated, modulo 2³², NaN as 0.
inline int32_t toInt32(double x) {
  if (std::fabs(x) < 2147483648.0) return static_cast<int32_t>(x);
  if (!std::isfinite(x)) return 0;
  return static_cast<int32_t>(
      static_cast<uint32_t>(static_cast<int64_t>(std::fmod(std::trunc(x), 4294967296.0))));
}

// A number of JavaScript as an element.
template <typename T>
T valueAs(double value) {
  if constexpr (std::is_same_v<T, float>) return static_cast<float>(value);
  return static_cast<T>(toInt32(value));
}

}  // namespace notegrad
