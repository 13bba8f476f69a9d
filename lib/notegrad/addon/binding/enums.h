// Made from addon/operations.json by `npm run operations`.
// clang-format off
#pragma once

#include <cstdint>

namespace notegrad {

enum class DType { float32, int32, boolean };
constexpr int64_t kMostDType = 2;

enum class Activation { linear, relu, relu6, elu, leakyRelu, sigmoid, prelu };
constexpr int64_t kMostActivation = 6;

}  // namespace notegrad
