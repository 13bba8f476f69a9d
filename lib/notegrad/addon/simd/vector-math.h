// Elementary functions of one float, without branches, so that a loop over them becomes vector
// instructions. Errors (measured in test/engine/native/kernels/elementwise.test.ts) are at most 3
// units in the last place; NaN, infinities, −0 and denormals come out as in the C library.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace notegrad::vec {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

inline int32_t bits(float x) {
  int32_t i;
  std::memcpy(&i, &x, sizeof i);
  return i;
}

inline float fromBits(int32_t i) {
  float x;
  std::memcpy(&x, &i, sizeof x);
  return x;
}

// a − b modulo 2³²: the bits of numbers out of range, and of NaN, may be far apart.
inline int32_t difference(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
}

// For −126 ≤ n ≤ 127, else any number.
inline float powerOfTwo(int32_t n) {
  return fromBits(static_cast<int32_t>(static_cast<uint32_t>(n + 127) << 23));
}

inline float withSignOf(float magnitude, float sign) {
  return fromBits((bits(magnitude) & 0x7fffffff) | (bits(sign) & static_cast<int32_t>(0x80000000)));
}

// eˣ = 2ⁿ·(1 + p), |ln of (1 + p)| ≤ ln 2 / 2
struct Exponential {
  int32_t n;
  float p;
};

inline Exponential reduceExponential(float x) {
  const float clamped = x > 89.f ? 89.f : x < -104.f ? -104.f : x;  // NaN stays NaN
  const float rounder = 12582912.f;  // 1.5·2²³ rounds to an integer
  const float shifted = std::fma(clamped, 1.44269504f, rounder);
  const float n = shifted - rounder;
  const float r = std::fma(n, -1.42860677e-6f, std::fma(n, -0.693145752f, clamped));
  float q = 1.98756912e-4f;
  q = std::fma(q, r, 1.39819994e-3f);
  q = std::fma(q, r, 8.33345205e-3f);
  q = std::fma(q, r, 4.16657962e-2f);
  q = std::fma(q, r, 1.66666657e-1f);
  q = std::fma(q, r, 0.5f);
  return {difference(bits(shifted), bits(rounder)), std::fma(q * r, r, r)};
}

inline float scaled(const Exponential& e) {
  const int32_t half = e.n >> 1;  // in two factors: 2ⁿ alone may overflow or vanish
  return (1.f + e.p) * powerOfTwo(half) * powerOfTwo(e.n - half);
}

inline float exp(float x) { return scaled(reduceExponential(x)); }

// eˣ − 1
inline float expm1(float x) {
  const Exponential e = reduceExponential(x);
  const int32_t n = e.n < -30 ? -30 : e.n > 60 ? 60 : e.n;
  const float scale = powerOfTwo(n);
  const float near = std::fma(scale, e.p, scale - 1.f);
  const float far = scaled(e);
  const float y = x > 40.f ? far : near;
  return x == 0.f ? x : y;
}

inline float log(float x) {
  const bool denormal = x < 1.17549435e-38f;
  const float normal = denormal ? x * 8388608.f : x;            // 2²³
  const int32_t offset = difference(bits(normal), 0x3f3504f3);  // √½
  const float e = static_cast<float>(offset >> 23) - (denormal ? 23.f : 0.f);
  const float f = fromBits((offset & 0x007fffff) + 0x3f3504f3) - 1.f;
  float p = 7.0376836292e-2f;
  p = std::fma(p, f, -1.1514610310e-1f);
  p = std::fma(p, f, 1.1676998740e-1f);
  p = std::fma(p, f, -1.2420140846e-1f);
  p = std::fma(p, f, 1.4249322787e-1f);
  p = std::fma(p, f, -1.6668057665e-1f);
  p = std::fma(p, f, 2.0000714765e-1f);
  p = std::fma(p, f, -2.4999993993e-1f);
  p = std::fma(p, f, 3.3333331174e-1f);
  const float f2 = f * f;
  float y = std::fma(p * f, f2, e * -2.12194440e-4f);
  y = std::fma(-0.5f, f2, y);
  y = std::fma(e, 0.693359375f, f + y);
  y = x == kInfinity ? kInfinity : y;
  y = x == 0.f ? -kInfinity : y;
  return x >= 0.f ? y : kNaN;
}

// ln(1 + x)
inline float log1p(float x) {
  const float u = 1.f + x;
  const float lost = x - (u - 1.f);  // what rounding 1 + x dropped
  const float y = log(u) + lost / u;
  const float finite = u == 0.f || u == kInfinity ? log(u) : y;
  return std::fabs(x) < 1e-7f ? x : finite;
}

inline float sigmoid(float x) { return 1.f / (1.f + exp(-x)); }

inline float tanh(float x) {
  const float magnitude = std::fabs(x) > 10.f ? 10.f : std::fabs(x);
  const float e = expm1(2.f * magnitude);
  const float y = withSignOf(e / (e + 2.f), x);
  return x == x ? y : x;
}

// ln(1 + eˣ); linear above −threshold and exponential below it, as tfjs
inline float softplus(float x) {
  const float threshold = -13.9423847f;  // ln ε₃₂ + 2
  const float e = exp(x);
  const float middle = log1p(e);
  const float y = x < threshold ? e : x > -threshold ? x : middle;
  return x == x ? y : x;
}

// N. Juffa's two polynomials, within 1 unit in the last place
inline float erf(float x) {
  const float t = std::fabs(x), s = x * x;
  float far = std::fma(-1.72853470e-5f, t, 3.83197126e-4f);
  far = std::fma(far, s, std::fma(-3.88396438e-3f, t, 2.42546219e-2f));
  far = std::fma(far, t, -1.06777877e-1f);
  far = std::fma(far, t, -6.34846687e-1f);
  far = std::fma(far, t, -1.28717512e-1f);
  far = std::fma(far, t, -t);
  far = withSignOf(1.f - exp(far), x);
  far = t > 4.f ? withSignOf(1.f, x) : far;
  float near = -5.96761703e-4f;
  near = std::fma(near, s, 4.99119423e-3f);
  near = std::fma(near, s, -2.67681349e-2f);
  near = std::fma(near, s, 1.12819925e-1f);
  near = std::fma(near, s, -3.76125336e-1f);
  near = std::fma(near, s, 1.28379166e-1f);
  near = std::fma(near, x, x);
  const float y = t > 0.927734375f ? far : near;
  return x == x ? y : x;
}

}  // namespace notegrad::vec
