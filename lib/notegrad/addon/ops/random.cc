// Random tensors from a counter-based generator: the same numbers for any number of threads, and,
// to the last bit, for src/engine/philox.ts. Input: the generator (int32 [4]: seed, draws made,
// each the lower half first); outputs: the tensor and, where it advances, the generator again.
// dropoutMask makes the reciprocal of the probability of keeping where a value is kept, else 0.

// A fused multiplication and addition rounds once where JavaScript rounds twice.
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

#include <algorithm>
#include <cmath>
#include <cstring>

#include "binding/op.h"
#include "simd/parallel.h"
#include "simd/philox.h"

namespace notegrad {
namespace {

constexpr int64_t kWords = 4 * philox::kLanes;  // made together

struct Generator {
  uint64_t key, draw;
};

Generator generatorOf(const int32_t* state) {
  const auto word = [=](int i) { return static_cast<uint64_t>(static_cast<uint32_t>(state[i])); };
  return {word(0) | word(1) << 32, word(2) | word(3) << 32};
}

void advance(int32_t* state) {
  const uint64_t draws = generatorOf(state).draw + 1;
  state[2] = static_cast<int32_t>(static_cast<uint32_t>(draws));
  state[3] = static_cast<int32_t>(static_cast<uint32_t>(draws >> 32));
}

template <typename Distribution>
class Random : public Op {
 public:
  explicit Random(const typename Distribution::Named& params)
      : count_(params.count), advances_(params.advances), distribution_(params) {}

  void run(const Buffers& buffers) override {
    int32_t* state = buffers.i32(0);
    float* y = buffers.f32(1);
    const Generator generator = generatorOf(state);
    const int64_t groups = (count_ + Distribution::kGroup - 1) / Distribution::kGroup;
    parallelFor(groups, kCostly / Distribution::kGroup, [=](int64_t begin, int64_t end) {
      for (int64_t group = begin; group < end; group++) {
        float values[Distribution::kGroup];
        distribution_.fill(generator, group, values);
        const int64_t first = group * Distribution::kGroup;
        const int64_t wanted = std::min(Distribution::kGroup, count_ - first);
        std::copy(values, values + wanted, y + first);
      }
    });
    if (advances_) advance(state);
  }

 private:
  int64_t count_;
  bool advances_;
  Distribution distribution_;
};

// In [0, 1), of 24 bits
inline double unit(uint32_t word) { return (word >> 8) * 0x1p-24; }

struct Uniform {
  static constexpr int64_t kGroup = kWords;
  using Named = RandomUniformParams;
  explicit Uniform(const Named& params)
      : least(params.least), range(static_cast<float>(params.range)) {}

  void fill(Generator generator, int64_t group, float* values) const {
    const auto words = philox::words(generator.key, generator.draw, group * philox::kLanes);
    for (int64_t lane = 0; lane < philox::kLanes; lane++) {
      for (int64_t j = 0; j < 4; j++) {
        values[4 * lane + j] = static_cast<float>(least + range * unit(words.planes[j][lane]));
      }
    }
  }

  double least, range;
};

struct DropoutMask {
  static constexpr int64_t kGroup = kWords;
  using Named = DropoutMaskParams;
  explicit DropoutMask(const Named& params)
      : kept(params.kept), scale(static_cast<float>(1 / params.kept)) {}

  void fill(Generator generator, int64_t group, float* values) const {
    const auto words = philox::words(generator.key, generator.draw, group * philox::kLanes);
    for (int64_t lane = 0; lane < philox::kLanes; lane++) {
      for (int64_t j = 0; j < 4; j++) {
        values[4 * lane + j] = unit(words.planes[j][lane]) < kept ? scale : 0.f;
      }
    }
  }

  double kept;
  float scale;
};

inline double bitsAsDouble(uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// √(−2 ln u), u = (1 … 2³¹) / 2³¹
inline double radius(uint32_t word) {
  const double v = static_cast<double>((word >> 1) + 1u);
  uint64_t bits;
  std::memcpy(&bits, &v, sizeof bits);
  const double mantissa = bitsAsDouble((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  const bool isLarge = mantissa > 1.4142135623730951;
  const double m = isLarge ? 0.5 * mantissa : mantissa;
  const auto exponent = static_cast<int32_t>(bits >> 52) - 1023;
  const double e = static_cast<double>(exponent - 31) + (isLarge ? 1. : 0.);
  const double s = (m - 1) / (m + 1), s2 = s * s;
  double p = 1. / 15;  // ln m = 2 (s + s³/3 + s⁵/5 + …)
  p = p * s2 + 1. / 13;
  p = p * s2 + 1. / 11;
  p = p * s2 + 1. / 9;
  p = p * s2 + 1. / 7;
  p = p * s2 + 1. / 5;
  p = p * s2 + 1. / 3;
  p = p * s2 + 1;
  return std::sqrt(-2 * (e * 0.6931471805599453 + 2 * s * p));
}

// The cosine and sine of 2π·word / 2³²
inline void direction(uint32_t word, double& cosine, double& sine) {
  const uint32_t quadrant = (word + 0x20000000u) >> 30;
  const auto rest = static_cast<int32_t>(word - (quadrant << 30));
  const double a = rest * 1.4629180792671596e-9, a2 = a * a;  // 2π / 2³²
  double s = -1. / 39916800;
  s = s * a2 + 1. / 362880;
  s = s * a2 - 1. / 5040;
  s = s * a2 + 1. / 120;
  s = s * a2 - 1. / 6;
  s = (s * a2) * a + a;
  double c = 1. / 479001600;
  c = c * a2 - 1. / 3628800;
  c = c * a2 + 1. / 40320;
  c = c * a2 - 1. / 720;
  c = c * a2 + 1. / 24;
  c = c * a2 - 0.5;
  c = c * a2 + 1;
  const bool swaps = quadrant & 1;
  const double x = swaps ? s : c, y = swaps ? c : s;
  cosine = quadrant == 1 || quadrant == 2 ? -x : x;
  sine = quadrant >= 2 ? -y : y;
}

// Box and Muller: words 0 and 1 make normals 0 and 1, words 2 and 3 make normals 2 and 3.
inline void standardNormals(const philox::Words& words, double (*normals)[philox::kLanes]) {
  for (int64_t j = 0; j < 4; j += 2) {
#pragma omp simd
    for (int64_t lane = 0; lane < philox::kLanes; lane++) {
      double cosine, sine;
      direction(words.planes[j + 1][lane], cosine, sine);
      const double r = radius(words.planes[j][lane]);
      normals[j][lane] = r * cosine;
      normals[j + 1][lane] = r * sine;
    }
  }
}

struct Normal {
  static constexpr int64_t kGroup = kWords;
  using Named = RandomNormalParams;
  explicit Normal(const Named& params) : mean(params.mean), deviation(params.deviation) {}

  void fill(Generator generator, int64_t group, float* values) const {
    double normals[4][philox::kLanes];
    standardNormals(philox::words(generator.key, generator.draw, group * philox::kLanes), normals);
    for (int64_t lane = 0; lane < philox::kLanes; lane++) {
      for (int64_t j = 0; j < 4; j++) {
        values[4 * lane + j] = static_cast<float>(mean + deviation * normals[j][lane]);
      }
    }
  }

  double mean, deviation;
};

// Value i is the first normal within bounds of those at counters i, i + 2³², i + 2·2³², …
struct TruncatedNormal {
  static constexpr int64_t kGroup = philox::kLanes;
  using Named = RandomNormalParams;
  explicit TruncatedNormal(const Named& params) : mean(params.mean), deviation(params.deviation) {}

  void fill(Generator generator, int64_t group, float* values) const {
    bool found[philox::kLanes] = {};
    int64_t missing = philox::kLanes;
    for (uint64_t attempt = 0; missing > 0; attempt++) {
      double normals[4][philox::kLanes];
      const uint64_t first = (attempt << 32) + group * philox::kLanes;
      standardNormals(philox::words(generator.key, generator.draw, first), normals);
      for (int64_t lane = 0; lane < philox::kLanes; lane++) {
        for (int64_t j = 0; j < 4 && !found[lane]; j++) {
          if (std::fabs(normals[j][lane]) > 2) continue;
          values[lane] = static_cast<float>(mean + deviation * normals[j][lane]);
          found[lane] = true;
          missing--;
        }
      }
    }
  }

  double mean, deviation;
};

template <typename Named>
Signature signature(const Named& params) {
  const BufferSpec generator = ints(4);
  Signature signature{{generator}, {floats(params.count)}};
  if (params.advances) signature.outputs.push_back(generator);
  return signature;
}

template <typename Distribution>
std::unique_ptr<Op> prepare(const typename Distribution::Named& params) {
  return std::make_unique<Random<Distribution>>(params);
}

template <typename Distribution>
Registration random(const char* name) {
  return {name, signature<typename Distribution::Named>, prepare<Distribution>};
}

Registration registrations[] = {
    random<Uniform>("randomUniform"),
    random<Normal>("randomNormal"),
    random<TruncatedNormal>("truncatedNormal"),
    random<DropoutMask>("dropoutMask"),
};

}  // namespace
}  // namespace notegrad
