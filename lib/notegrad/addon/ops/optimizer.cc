// A step of an optimizer over all its variables at once, in place. Inputs: the learning rate (one
// value), a gradient a variable, and what is updated: the number of steps taken (int32, one value),
// the variables, then each state of every variable in turn. Outputs: all that is updated, again.
// What the rule takes is in its Named parameters; `sizes` are those of the variables.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "binding/op.h"
#include "simd/parallel.h"

namespace notegrad {
namespace {

// A rule keeps kStates tensors of state a variable. Its Factors are what one step multiplies by.
template <typename Rule>
class Optimizer : public Op {
 public:
  explicit Optimizer(const typename Rule::Named& params)
      : count_(static_cast<int64_t>(params.sizes.size())), rule_(params) {
    starts_.push_back(0);
    for (const int64_t size : params.sizes) starts_.push_back(starts_.back() + size);
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

// What a rule takes of the user.
template <typename Params>
struct RuleOf {
  using Named = Params;
  explicit RuleOf(const Params& params) : own(params) {}
  Params own;
};

// A running mean: how much of itself it keeps, and how much of a new value it takes.
struct Mean {
  explicit Mean(double share)
      : kept(static_cast<float>(share)), taken(static_cast<float>(1 - share)) {}
  float with(float mean, float value) const { return kept * mean + taken * value; }
  float kept, taken;
};

// w ← w − lr·g
struct Sgd : RuleOf<SgdParams> {
  using RuleOf::RuleOf;
  static constexpr int64_t kStates = 0;
  struct Factors {
    float lr;
  };

  Factors factors(float lr, int32_t) const { return {lr}; }

  static void update(Factors f, const float* g, float* w, std::array<float*, 0>, int64_t count) {
#pragma omp simd
    for (int64_t i = 0; i < count; i++) w[i] -= f.lr * g[i];
  }
};

// v ← µ·v + g; w ← w − lr·v, or w − lr·(g + µ·v)
struct Momentum : RuleOf<MomentumParams> {
  using RuleOf::RuleOf;
  static constexpr int64_t kStates = 1;
  struct Factors {
    float lr, momentum;
    bool nesterov;
  };

  Factors factors(float lr, int32_t) const {
    return {lr, static_cast<float>(own.momentum), own.useNesterov};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 1> states,
                     int64_t count) {
    float* v = states[0];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      v[i] = f.momentum * v[i] + g[i];
      w[i] -= f.lr * (f.nesterov ? g[i] + f.momentum * v[i] : v[i]);
    }
  }
};

// m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; w ← w − lr·m̂ / (√v̂ + ε), where
// m̂ = m / (1−β₁ᵗ) and v̂ = v / (1−β₂ᵗ)
struct Adam : RuleOf<AdamParams> {
  using RuleOf::RuleOf;
  static constexpr int64_t kStates = 2;
  struct Factors {
    Mean m, v;
    float stepSize, correction, epsilon;
  };

  Factors factors(float lr, int32_t step) const {
    return {Mean(own.beta1), Mean(own.beta2),
            static_cast<float>(lr / (1 - std::pow(own.beta1, step))),
            static_cast<float>(1 / std::sqrt(1 - std::pow(own.beta2, step))),
            static_cast<float>(own.epsilon)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 2> states,
                     int64_t count) {
    float *m = states[0], *v = states[1];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      m[i] = f.m.with(m[i], g[i]);
      v[i] = f.v.with(v[i], g[i] * g[i]);
      w[i] -= f.stepSize * m[i] / (std::sqrt(v[i]) * f.correction + f.epsilon);
    }
  }
};

// m ← β₁m + (1−β₁)g; u ← max(β₂u, |g|);
// w ← w − lr / (1 + decay·(t−1)) · m̂ / (u + ε), where m̂ = m / (1−β₁ᵗ)
struct Adamax : RuleOf<AdamaxParams> {
  using RuleOf::RuleOf;
  static constexpr int64_t kStates = 2;
  struct Factors {
    Mean m;
    float stepSize, beta2, epsilon;
  };

  Factors factors(float lr, int32_t step) const {
    const double rate = lr / (1 + own.decay * (step - 1));
    return {Mean(own.beta1), static_cast<float>(rate / (1 - std::pow(own.beta1, step))),
            static_cast<float>(own.beta2), static_cast<float>(own.epsilon)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 2> states,
                     int64_t count) {
    float *m = states[0], *u = states[1];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      m[i] = f.m.with(m[i], g[i]);
      const float faded = f.beta2 * u[i], size = std::abs(g[i]);
      u[i] = faded > size ? faded : size;
      w[i] -= f.stepSize * m[i] / (u[i] + f.epsilon);
    }
  }
};

// w ← w − lr·(sign(β₁m + (1−β₁)g) + λw); m ← β₂m + (1−β₂)g
struct Lion : RuleOf<LionParams> {
  using RuleOf::RuleOf;
  static constexpr int64_t kStates = 1;
  struct Factors {
    float lr, weightDecay;
    Mean direction, m;
  };

  Factors factors(float lr, int32_t) const {
    return {lr, static_cast<float>(own.weightDecay), Mean(own.beta1), Mean(own.beta2)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 1> states,
                     int64_t count) {
    float* m = states[0];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      const float direction = f.direction.with(m[i], g[i]);
      const float sign = (direction > 0 ? 1.0f : 0.0f) - (direction < 0 ? 1.0f : 0.0f);
      w[i] -= f.lr * (sign + f.weightDecay * w[i]);
      m[i] = f.m.with(m[i], g[i]);
    }
  }
};

// s ← decay·s + (1−decay)g²; v ← µ·v + lr·g / √(s + ε); w ← w − v
struct RmsProp : RuleOf<RmsPropParams> {
  using RuleOf::RuleOf;
  static constexpr int64_t kStates = 2;
  struct Factors {
    Mean mean;
    float lr, momentum, epsilon;
  };

  Factors factors(float lr, int32_t) const {
    return {Mean(own.decay), lr, static_cast<float>(own.momentum), static_cast<float>(own.epsilon)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 2> states,
                     int64_t count) {
    float *s = states[0], *v = states[1];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      s[i] = f.mean.with(s[i], g[i] * g[i]);
      v[i] = f.momentum * v[i] + f.lr * g[i] / std::sqrt(s[i] + f.epsilon);
      w[i] -= v[i];
    }
  }
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
      s[i] = f.mean.with(s[i], g[i] * g[i]);
      a[i] = f.mean.with(a[i], g[i]);
      v[i] = f.momentum * v[i] + f.lr * g[i] / std::sqrt(s[i] - (a[i] * a[i] + f.epsilon));
      w[i] -= v[i];
    }
  }
};

// s ← s + g²; w ← w − lr·g / √(s + ε)
struct Adagrad : RuleOf<AdagradParams> {
  using RuleOf::RuleOf;
  static constexpr int64_t kStates = 1;
  struct Factors {
    float lr, epsilon;
  };

  Factors factors(float lr, int32_t) const { return {lr, static_cast<float>(own.epsilon)}; }

  static void update(Factors f, const float* g, float* w, std::array<float*, 1> states,
                     int64_t count) {
    float* s = states[0];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      s[i] += g[i] * g[i];
      w[i] -= f.lr * g[i] / std::sqrt(s[i] + f.epsilon);
    }
  }
};

// d = √(u + ε) / √(s + ε)·g; s ← ρ·s + (1−ρ)g²; u ← ρ·u + (1−ρ)d²; w ← w − lr·d
struct Adadelta : RuleOf<AdadeltaParams> {
  using RuleOf::RuleOf;
  static constexpr int64_t kStates = 2;
  struct Factors {
    Mean mean;
    float lr, epsilon;
  };

  Factors factors(float lr, int32_t) const {
    return {Mean(own.rho), lr, static_cast<float>(own.epsilon)};
  }

  static void update(Factors f, const float* g, float* w, std::array<float*, 2> states,
                     int64_t count) {
    float *s = states[0], *u = states[1];
#pragma omp simd
    for (int64_t i = 0; i < count; i++) {
      const float d = std::sqrt(u[i] + f.epsilon) / std::sqrt(s[i] + f.epsilon) * g[i];
      s[i] = f.mean.with(s[i], g[i] * g[i]);
      u[i] = f.mean.with(u[i], d * d);
      w[i] -= f.lr * d;
    }
  }
};

template <typename Rule>
Signature signature(const typename Rule::Named& params) {
  std::vector<BufferSpec> variables;
  int64_t total = 0;
  for (const int64_t size : params.sizes) {
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
std::unique_ptr<Op> prepare(const typename Rule::Named& params) {
  return std::make_unique<Optimizer<Rule>>(params);
}

template <typename Rule>
Registration optimizer(const char* name) {
  return {name, signature<Rule>, prepare<Rule>};
}

Registration registrations[] = {
    optimizer<Sgd>("sgd"),
    optimizer<Momentum>("momentum"),
    optimizer<Adam>("adam"),
    optimizer<Adamax>("adamax"),
    optimizer<Lion>("lion"),
    optimizer<RmsProp>("rmsProp"),
    optimizer<CentredRmsProp>("centredRmsProp"),
    optimizer<Adagrad>("adagrad"),
    optimizer<Adadelta>("adadelta"),
};

}  // namespace
}  // namespace notegrad
