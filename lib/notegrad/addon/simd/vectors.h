// Vectors that fit a register, for loops that compilers do not keep in registers by themselves.
#pragma once

#include <cstdint>
#include <cstring>

namespace notegrad {

// Floats in the widest register. Wider vectors than that are compiled to something far slower.
#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

template <int lanes>
struct Lanes {
  typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
  typedef int32_t Ints __attribute__((vector_size(lanes * sizeof(int32_t))));

  static constexpr int count = lanes;

  static Floats all(float value) { return Floats{} + value; }
  static Floats load(const float* from) {
    Floats result;
    std::memcpy(&result, from, sizeof result);
    return result;
  }
  static void store(const Floats& values, float* to) { std::memcpy(to, &values, sizeof values); }
};

// Calls body(first channel, Lanes) on blocks of channels.
template <typename Body>
void forLanes(int64_t channels, const Body& body) {
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) body(c, Lanes<kLanes>());
  for (; c + 4 <= channels; c += 4) body(c, Lanes<4>());
  for (; c < channels; ++c) body(c, Lanes<1>());
}

}  // namespace notegrad
