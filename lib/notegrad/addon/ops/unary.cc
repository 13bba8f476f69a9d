// Functions of one tensor: input, output.
#include <cmath>

#include "binding/op.h"
#include "simd/parallel.h"
#include "simd/vector-math.h"

namespace notegrad {
namespace {

template <typename Function, typename In, typename Out, typename Named>
class Unary : public Op {
 public:
  explicit Unary(const Named& params) : count_(params.count), function_(params) {}

  void run(const Buffers& buffers) override {
    const In* x = buffers.of<In>(0);
    Out* y = buffers.of<Out>(1);
    const Function f = function_;
    parallelFor(count_, Function::kWorthThreads, [=](int64_t begin, int64_t end) {
#pragma omp simd
      for (int64_t i = begin; i < end; i++) y[i] = f(x[i]);
    });
  }

 private:
  int64_t count_;
  Function function_;
};

template <typename In, typename Out, typename Named = UnaryParams>
Signature signature(const Named& params) {
  return {{buffer(dtypeOf<In>(), params.count)}, {buffer(dtypeOf<Out>(), params.count)}};
}

template <typename Function, typename In = float, typename Out = In, typename Named = UnaryParams>
std::unique_ptr<Op> prepare(const Named& params) {
  return std::make_unique<Unary<Function, In, Out, Named>>(params);
}

#define UNARY(Name, name, worthThreads, expression)          \
  struct Name {                                              \
    static constexpr int64_t kWorthThreads = worthThreads;   \
    explicit Name(const UnaryParams&) {}                     \
    float operator()(float x) const { return (expression); } \
  };                                                         \
  Registration register##Name(name, signature<float, float>, prepare<Name>);

UNARY(Abs, "abs", kCheap, std::fabs(x))
UNARY(Ceil, "ceil", kCheap, std::ceil(x))
UNARY(Floor, "floor", kCheap, std::floor(x))
UNARY(Round, "round", kCheap, std::nearbyint(x))
UNARY(Neg, "neg", kCheap, -x)
UNARY(Reciprocal, "reciprocal", kCheap, 1.f / x)
UNARY(Square, "square", kCheap, x* x)
UNARY(Sqrt, "sqrt", kCheap, std::sqrt(x))
UNARY(Rsqrt, "rsqrt", kCheap, 1.f / std::sqrt(x))
UNARY(Sign, "sign", kCheap, x > 0.f ? 1.f : x < 0.f ? -1.f : 0.f)
UNARY(Relu, "relu", kCheap, x <= 0.f ? 0.f : x)
UNARY(Relu6, "relu6", kCheap, x <= 0.f ? 0.f : x > 6.f ? 6.f : x)
UNARY(Exp, "exp", kCostly, vec::exp(x))
UNARY(Expm1, "expm1", kCostly, vec::expm1(x))
UNARY(Log, "log", kCostly, vec::log(x))
UNARY(Log1p, "log1p", kCostly, vec::log1p(x))
UNARY(Sigmoid, "sigmoid", kCostly, vec::sigmoid(x))
UNARY(Tanh, "tanh", kCostly, vec::tanh(x))
UNARY(Softplus, "softplus", kCostly, vec::softplus(x))
UNARY(Erf, "erf", kCostly, vec::erf(x))
UNARY(Elu, "elu", kCostly, x >= 0.f ? x : vec::expm1(x))
UNARY(Selu, "selu", kCostly, x >= 0.f ? 1.05070098f * x : 1.75809934f * vec::expm1(x))
UNARY(Sin, "sin", kCostly, std::sin(x))
UNARY(Cos, "cos", kCostly, std::cos(x))
// In double precision: near its poles, far from 0, a unit in the last place of x is much in tan(x).
UNARY(Tan, "tan", kCostly, static_cast<float>(std::tan(static_cast<double>(x))))
UNARY(Asin, "asin", kCostly, std::asin(x))
UNARY(Acos, "acos", kCostly, std::acos(x))
UNARY(Atan, "atan", kCostly, std::atan(x))
UNARY(Sinh, "sinh", kCostly, std::sinh(x))
UNARY(Cosh, "cosh", kCostly, std::cosh(x))
UNARY(Asinh, "asinh", kCostly, std::asinh(x))
UNARY(Acosh, "acosh", kCostly, std::acosh(x))
UNARY(Atanh, "atanh", kCostly, std::atanh(x))

#undef UNARY

#define UNARY_TEST(Name, name, expression)                     \
  struct Name {                                                \
    static constexpr int64_t kWorthThreads = kCheap;           \
    explicit Name(const UnaryParams&) {}                       \
    uint8_t operator()(float x) const { return (expression); } \
  };                                                           \
  Registration register##Name(name, signature<float, uint8_t>, prepare<Name, float, uint8_t>);

UNARY_TEST(IsNan, "isNan", x != x)
UNARY_TEST(IsInf, "isInf", std::fabs(x) == vec::kInfinity)
UNARY_TEST(IsFinite, "isFinite", std::fabs(x) < vec::kInfinity)

#undef UNARY_TEST

struct LeakyRelu {
  static constexpr int64_t kWorthThreads = kCheap;
  explicit LeakyRelu(const LeakyReluParams& params) : slope(static_cast<float>(params.slope)) {}
  float operator()(float x) const { return x < 0.f ? slope * x : x; }
  float slope;
};
Registration registerLeakyRelu("leakyRelu", signature<float, float, LeakyReluParams>,
                               prepare<LeakyRelu, float, float, LeakyReluParams>);

// `below` for x ≤ 0
struct Step {
  static constexpr int64_t kWorthThreads = kCheap;
  explicit Step(const StepParams& params) : below(static_cast<float>(params.below)) {}
  float operator()(float x) const { return x > 0.f ? 1.f : x <= 0.f ? below : x; }
  float below;
};
Registration registerStep("step", signature<float, float, StepParams>,
                          prepare<Step, float, float, StepParams>);

struct ClipByValue {
  static constexpr int64_t kWorthThreads = kCheap;
  explicit ClipByValue(const ClipParams& params)
      : least(static_cast<float>(params.least)), greatest(static_cast<float>(params.greatest)) {}
  float operator()(float x) const { return x > greatest ? greatest : x < least ? least : x; }
  float least, greatest;
};
Registration registerClipByValue("clipByValue", signature<float, float, ClipParams>,
                                 prepare<ClipByValue, float, float, ClipParams>);

struct LogicalNot {
  static constexpr int64_t kWorthThreads = kCheap;
  explicit LogicalNot(const UnaryParams&) {}
  uint8_t operator()(uint8_t x) const { return x == 0; }
};
Registration registerLogicalNot("logicalNot", signature<uint8_t, uint8_t>,
                                prepare<LogicalNot, uint8_t>);

struct AbsOfInts {
  static constexpr int64_t kWorthThreads = kCheap;
  explicit AbsOfInts(const UnaryParams&) {}
  int32_t operator()(int32_t x) const {
    return static_cast<int32_t>(x < 0 ? 0u - static_cast<uint32_t>(x) : static_cast<uint32_t>(x));
  }
};
Registration registerAbsOfInts("absOfInts", signature<int32_t, int32_t>,
                               prepare<AbsOfInts, int32_t>);

struct ClipOfInts {
  static constexpr int64_t kWorthThreads = kCheap;
  explicit ClipOfInts(const ClipParams& params) : least(params.least), greatest(params.greatest) {}
  int32_t operator()(int32_t x) const {
    return x > greatest ? toInt32(greatest) : x < least ? toInt32(least) : x;
  }
  double least, greatest;
};
Registration registerClipOfInts("clipByValueOfInts", signature<int32_t, int32_t, ClipParams>,
                                prepare<ClipOfInts, int32_t, int32_t, ClipParams>);

}  // namespace
}  // namespace notegrad
