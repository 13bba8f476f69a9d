// A step of an optimizer over all its variables at once, in place. Inputs: the learning rate (one
// value), a gradient a variable, and what is updated: the number of steps taken (int32, one value),
// the variables, then each state of every variable in turn. Outputs: all that is updated, again.
// Params [number of variables, …their sizes, …what the rule takes].
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "binding/op.h"
#include "simd/parallel.h"

namespace notegrad {
namespace {

constexpr int64_t kMostVariables = 1 << 16;

// A rule takes kParams parameters and keeps kStates tensors of state a variable. Its Factors are
// what one step multiplies by.
template <typename Rule>
class Optimizer : public Op {
 public:
  explicit Optimizer(const Params& params) : count_(params.integer(0)), rule_(params, 1 + count_) {
    starts_.push_back(0);
    for (int64_t i = 0; i < count_; i++) starts_.push_back(starts_.back() + params.integer(1 + i));
  }

  void run(const Buffers& buffers) override {
    const int64_t firstVariable = 2 + count_;
    const int32_t step = oneMore(*buffers.i32(1 + count_));
    *buffers.i32(1 + count_) = step;
    const auto factors = rule_.factors(*buffers.f32(0), step);
    parallelFor(starts_.back(), kCheap / 2, [&](int64_t begin, int64_t end) {
      for (int64_t i = 0; i < count_; i++) {
        const int64_t from = std::max(begin, starts_[i]), to = std::min(end, starts_[i + 1]);
        if (from >= to) continue;
        const int64_t skipped = from - starts_[i];
        std::array<float*, Rule::kStates> states;
        for (int64_t s = 0; s < Rule::kStates; s++) {
          states[s] = buffers.f32(firstVariable + (s + 1) * count_ + i) + skipped;
        }
        Rule::update(factors, buffers.f32(1 + i) + skipped,
                     buffers.f32(firstVariable + i) + skipped, states, to - from);
      }
    });
  }

 private:
  static int32_t oneMore(int32_t step) {
    return static_cast<int32_t>(static_cast<uint32_t>(step) + 1u);
  }

  int64_t count_;
  Rule rule_;
  std::vector<int64_t> starts_;
};

// w ← w − lr·g
struct Sgd {
  static constexpr size_t kParams = 0;
  static constexpr int64_t kStates = 0;
  struct Factors {
    float lr;
  };

  Sgd(const Params&, size_t) {}
  Factors factors(float lr, int32_t) const { return {lr}; }

  static void update(Factors f, const float* g, float* w, std::array<float*, 0>, int64_t count) {
#pragma omp simd
    for (int64_t i = 0; i < count; i++) w[i] -= f.lr * g[i];
  }
};

// Params momentum, 1 for Nesterov's. v ← µ·v + g; w ← w − lr·v, or w − lr·(g + µ·v)
struct Momentum {
  static constexpr size_t kParams = 2;
  static constexpr int64_t kStates = 1;
  struct Factors {
    float lr, momentum;
    bool nesterov;
  };

  Momentum(const Params& params, size_t first)
      : momentum(static_cast<float>(params[first])), nesterov(params[first + 1] != 0) {}
  Factors factors(float lr, int32_t) const { return {lr, momentum, nesterov}; }

  static void update(Factors f, const float* g, float* w, std::array<float*, 1> states,
                     int64_t count) {
    float* v = states[0];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      v[i] = f.momentum * v[i] + g[i];
      w[i] -= f.lr * (f.nesterov ? g[i] + f.momentum * v[i] : v[i]);
    }
  }

  float momentum;
  bool nesterov;
};

// Params β₁, β₂, ε. m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; w ← w − lr·m̂ / (√v̂ + ε), where
// m̂ = m / (1−β₁ᵗ) and v̂ = v / (1−β₂ᵗ)
struct Adam {
  static constexpr size_t kParams = 3;
  static constexpr int64_t kStates = 2;
  struct Factors {
    float beta1, oneMinusBeta1, beta2, oneMinusBeta2, stepSize, correction, epsilon;
  };

  Adam(const Params& params, size_t first)
      : beta1(params[first]), beta2(params[first + 1]), epsilon(params[first + 2]) {}

  Factors factors(float lr, int32_t step) const {
    return {static_cast<float>(beta1),
            static_cast<float>(1 - beta1),
            static_cast<float>(beta2),
            static_cast<float>(1 - beta2),
            static_cast<float>(lr / (1 - std::pow(beta1, step))),
            static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, step))),
            static_cast<float>(epsilon)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 2> states,
                     int64_t count) {
    float *m = states[0], *v = states[1];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      m[i] = f.beta1 * m[i] + f.oneMinusBeta1 * g[i];
      v[i] = f.beta2 * v[i] + f.oneMinusBeta2 * (g[i] * g[i]);
      w[i] -= f.stepSize * m[i] / (std::sqrt(v[i]) * f.correction + f.epsilon);
    }
  }

  double beta1, beta2, epsilon;
};

// Params β₁, β₂, ε, decay. m ← β₁m + (1−β₁)g; u ← max(β₂u, |g|);
// w ← w − lr / (1 + decay·(t−1)) · m̂ / (u + ε), where m̂ = m / (1−β₁ᵗ)
struct Adamax {
  static constexpr size_t kParams = 4;
  static constexpr int64_t kStates = 2;
  struct Factors {
    float stepSize, beta1, oneMinusBeta1, beta2, epsilon;
  };

  Adamax(const Params& params, size_t first)
      : beta1(params[first]),
        beta2(params[first + 1]),
        epsilon(params[first + 2]),
        decay(params[first + 3]) {}

  Factors factors(float lr, int32_t step) const {
    const double rate = lr / (1 + decay * (step - 1));
    return {static_cast<float>(rate / (1 - std::pow(beta1, step))), static_cast<float>(beta1),
            static_cast<float>(1 - beta1), static_cast<float>(beta2), static_cast<float>(epsilon)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 2> states,
                     int64_t count) {
    float *m = states[0], *u = states[1];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      m[i] = f.beta1 * m[i] + f.oneMinusBeta1 * g[i];
      const float faded = f.beta2 * u[i], size = std::abs(g[i]);
      u[i] = faded > size ? faded : size;
      w[i] -= f.stepSize * m[i] / (u[i] + f.epsilon);
    }
  }

  double beta1, beta2, epsilon, decay;
};

// Params β₁, β₂, λ. w ← w − lr·(sign(β₁m + (1−β₁)g) + λw); m ← β₂m + (1−β₂)g
struct Lion {
  static constexpr size_t kParams = 3;
  static constexpr int64_t kStates = 1;
  struct Factors {
    float lr, beta1, oneMinusBeta1, beta2, oneMinusBeta2, weightDecay;
  };

  Lion(const Params& params, size_t first)
      : beta1(params[first]),
        beta2(params[first + 1]),
        weightDecay(static_cast<float>(params[first + 2])) {}

  Factors factors(float lr, int32_t) const {
    return {lr,
            static_cast<float>(beta1),
            static_cast<float>(1 - beta1),
            static_cast<float>(beta2),
            static_cast<float>(1 - beta2),
            weightDecay};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 1> states,
                     int64_t count) {
    float* m = states[0];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      const float direction = f.beta1 * m[i] + f.oneMinusBeta1 * g[i];
      const float sign = (direction > 0 ? 1.0f : 0.0f) - (direction < 0 ? 1.0f : 0.0f);
      w[i] -= f.lr * (sign + f.weightDecay * w[i]);
      m[i] = f.beta2 * m[i] + f.oneMinusBeta2 * g[i];
    }
  }

  double beta1, beta2;
  float weightDecay;
};

// Params decay, momentum, ε. s ← decay·s + (1−decay)g²; v ← µ·v + lr·g / √(s + ε); w ← w − v
struct RmsProp {
  static constexpr size_t kParams = 3;
  static constexpr int64_t kStates = 2;
  struct Factors {
    float lr, decay, oneMinusDecay, momentum, epsilon;
  };

  RmsProp(const Params& params, size_t first)
      : decay(params[first]), momentum(params[first + 1]), epsilon(params[first + 2]) {}

  Factors factors(float lr, int32_t) const {
    return {lr, static_cast<float>(decay), static_cast<float>(1 - decay),
            static_cast<float>(momentum), static_cast<float>(epsilon)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 2> states,
                     int64_t count) {
    float *s = states[0], *v = states[1];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      s[i] = f.decay * s[i] + f.oneMinusDecay * (g[i] * g[i]);
      v[i] = f.momentum * v[i] + f.lr * g[i] / std::sqrt(s[i] + f.epsilon);
      w[i] -= v[i];
    }
  }

  double decay, momentum, epsilon;
};

// The same with the variance of the gradient: a ← decay·a + (1−decay)g; √(s − (a² + ε))
struct CentredRmsProp : RmsProp {
  static constexpr int64_t kStates = 3;
  using RmsProp::RmsProp;

  static void update(Factors f, const float* g, float* w, std::array<float*, 3> states,
                     int64_t count) {
    float *s = states[0], *v = states[1], *a = states[2];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      s[i] = f.decay * s[i] + f.oneMinusDecay * (g[i] * g[i]);
      a[i] = f.decay * a[i] + f.oneMinusDecay * g[i];
      v[i] = f.momentum * v[i] + f.lr * g[i] / std::sqrt(s[i] - (a[i] * a[i] + f.epsilon));
      w[i] -= v[i];
    }
  }
};

// Params ε. s ← s + g²; w ← w − lr·g / √(s + ε)
struct Adagrad {
  static constexpr size_t kParams = 1;
  static constexpr int64_t kStates = 1;
  struct Factors {
    float lr, epsilon;
  };

  Adagrad(const Params& params, size_t first) : epsilon(static_cast<float>(params[first])) {}
  Factors factors(float lr, int32_t) const { return {lr, epsilon}; }

  static void update(Factors f, const float* g, float* w, std::array<float*, 1> states,
                     int64_t count) {
    float* s = states[0];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      s[i] += g[i] * g[i];
      w[i] -= f.lr * g[i] / std::sqrt(s[i] + f.epsilon);
    }
  }

  float epsilon;
};

// Params ρ, ε. d = √(u + ε) / √(s + ε)·g; s ← ρ·s + (1−ρ)g²; u ← ρ·u + (1−ρ)d²; w ← w − lr·d
struct Adadelta {
  static constexpr size_t kParams = 2;
  static constexpr int64_t kStates = 2;
  struct Factors {
    float lr, rho, oneMinusRho, epsilon;
  };

  Adadelta(const Params& params, size_t first) : rho(params[first]), epsilon(params[first + 1]) {}
  Factors factors(float lr, int32_t) const {
    return {lr, static_cast<float>(rho), static_cast<float>(1 - rho), static_cast<float>(epsilon)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 2> states,
                     int64_t count) {
    float *s = states[0], *u = states[1];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      const float d = std::sqrt(u[i] + f.epsilon) / std::sqrt(s[i] + f.epsilon) * g[i];
      s[i] = f.rho * s[i] + f.oneMinusRho * (g[i] * g[i]);
      u[i] = f.rho * u[i] + f.oneMinusRho * (d * d);
      w[i] -= f.lr * d;
    }
  }

  double rho, epsilon;
};

template <typename Rule>
Signature signature(const Params& params) {
  const size_t count = params.code(0, kMostVariables);
  params.expectCount(1 + count + Rule::kParams);
  std::vector<BufferSpec> variables;
  int64_t total = 0;
  for (const int64_t size : params.shape(1, count)) {
    variables.push_back(floats(size));
    total = elementCount({total + size});
  }
  Signature signature{{floats(1)}, {ints(1)}};
  const auto append = [&](std::vector<BufferSpec>& to) {
    to.insert(to.end(), variables.begin(), variables.end());
  };
  append(signature.inputs);  // the gradients
  for (int64_t tensors = 0; tensors < 1 + Rule::kStates; tensors++) append(signature.outputs);
  signature.inputs.insert(signature.inputs.end(), signature.outputs.begin(),
                          signature.outputs.end());
  return signature;
}

template <typename Rule>
std::unique_ptr<Op> prepare(const Params& params) {
  return std::make_unique<Optimizer<Rule>>(params);
}

Registration registrations[] = {
    {"sgd", signature<Sgd>, prepare<Sgd>},
    {"momentum", signature<Momentum>, prepare<Momentum>},
    {"adam", signature<Adam>, prepare<Adam>},
    {"adamax", signature<Adamax>, prepare<Adamax>},
    {"lion", signature<Lion>, prepare<Lion>},
    {"rmsProp", signature<RmsProp>, prepare<RmsProp>},
    {"centredRmsProp", signature<CentredRmsProp>, prepare<CentredRmsProp>},
    {"adagrad", signature<Adagrad>, prepare<Adagrad>},
    {"adadelta", signature<Adadelta>, prepare<Adadelta>},
};

}  // namespace
}  // namespace notegrad
