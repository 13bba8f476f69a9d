// Functions of two broadcastable tensors of one type: inputs a, b, then the output;
// params [dtype, rank, …shape of a, …shape of b], both shapes of that rank.
#include <algorithm>
#include <cmath>
#include <string>

#include "binding/op.h"
#include "ops/broadcast.h"
#include "simd/parallel.h"
#include "simd/vector-math.h"

namespace notegrad {
namespace {

template <typename Function, typename In, typename Out>
class Binary : public Op {
 public:
  explicit Binary(const BinaryParams& params) : broadcast_(Shapes(params.a, params.b)) {}

  void run(const Buffers& buffers) override {
    const In* a = buffers.of<In>(0);
    const In* b = buffers.of<In>(1);
    Out* y = buffers.of<Out>(2);
    parallelFor(broadcast_.size(), Function::kWorthThreads, [=](int64_t begin, int64_t end) {
      if (!broadcast_.bAdvances()) {
        broadcast_.forRuns(begin, end, [=](const Run& run) {
          withScalar(a + run.a, b[run.b], y + run.out, run.count);
        });
      } else if (!broadcast_.aAdvances()) {
        broadcast_.forRuns(begin, end, [=](const Run& run) {
          ofScalar(a[run.a], b + run.b, y + run.out, run.count);
        });
      } else {
        broadcast_.forRuns(begin, end, [=](const Run& run) {
          pairwise(a + run.a, b + run.b, y + run.out, run.count);
        });
      }
    });
  }

 private:
  static void pairwise(const In* a, const In* b, Out* y, int64_t count) {
#pragma omp simd
    for (int64_t i = 0; i < count; i++) y[i] = Function::of(a[i], b[i]);
  }

  static void withScalar(const In* a, In b, Out* y, int64_t count) {
#pragma omp simd
    for (int64_t i = 0; i < count; i++) y[i] = Function::of(a[i], b);
  }

  static void ofScalar(In a, const In* b, Out* y, int64_t count) {
#pragma omp simd
    for (int64_t i = 0; i < count; i++) y[i] = Function::of(a, b[i]);
  }

  Broadcast broadcast_;
};

// What comes out: the type of the inputs.
DType same(DType in) { return in; }
DType whole(DType) { return DType::int32; }
DType truth(DType) { return DType::boolean; }

template <DType (*outOf)(DType)>
Signature signature(const BinaryParams& params) {
  const DType in = params.dtype;
  const Shapes shapes(params.a, params.b);
  return {{buffer(in, elementCount(shapes.a)), buffer(in, elementCount(shapes.b))},
          {buffer(outOf(in), elementCount(shapes.joined))}};
}

template <typename Function, typename In, typename Out>
std::unique_ptr<Op> make(const BinaryParams& params) {
  return std::make_unique<Binary<Function, In, Out>>(params);
}

[[noreturn]] void refuse(const char* type) {
  throw std::runtime_error(std::string("not for ") + type);
}

// float32 → float32 and int32 → int32
template <typename Function>
std::unique_ptr<Op> prepareArithmetic(const BinaryParams& params) {
  switch (params.dtype) {
    case DType::float32:
      return make<Function, float, float>(params);
    case DType::int32:
      return make<Function, int32_t, int32_t>(params);
    default:
      refuse("bool");
  }
}

// any type → bool
template <typename Function>
std::unique_ptr<Op> prepareComparison(const BinaryParams& params) {
  switch (params.dtype) {
    case DType::float32:
      return make<Function, float, uint8_t>(params);
    case DType::int32:
      return make<Function, int32_t, uint8_t>(params);
    default:
      return make<Function, uint8_t, uint8_t>(params);
  }
}

double modulo(double a, double b) {  // takes the sign of b
  const double rest = std::fmod(a, b);
  return (a < 0 && b < 0) || (a >= 0 && b >= 0) ? rest : std::fmod(rest + b, b);
}

double power(double a, double b) {  // unlike C's: 1^NaN and (±1)^±∞ are NaN
  const bool undefined = b != b || (std::fabs(a) == 1 && std::isinf(b));
  return undefined ? vec::kNaN : std::pow(a, b);
}

int32_t wrapped(uint32_t sum) { return static_cast<int32_t>(sum); }

// The second expression takes a and b as doubles, as JavaScript computes with integers.
#define ARITHMETIC(Name, name, worthThreads, ofFloats, ofDoubles) \
  struct Name {                                                   \
    static constexpr int64_t kWorthThreads = worthThreads;        \
    static float of(float a, float b) { return ofFloats; }        \
    static int32_t of(int32_t ia, int32_t ib) {                   \
      const double a = ia, b = ib;                                \
      return toInt32(ofDoubles);                                  \
    }                                                             \
  };                                                              \
  Registration register##Name(name, signature<same>, prepareArithmetic<Name>);

ARITHMETIC(Multiply, "multiply", kCheap, a* b, a* b)
ARITHMETIC(RealDiv, "realDiv", kCheap, a / b, a / b)
ARITHMETIC(Maximum, "maximum", kCheap, a > b ? a : b >= a ? b : a + b, a > b ? a : b)
ARITHMETIC(Minimum, "minimum", kCheap, a < b ? a : b <= a ? b : a + b, a < b ? a : b)
ARITHMETIC(SquaredDifference, "squaredDifference", kCheap, (a - b) * (a - b), (a - b) * (a - b))
ARITHMETIC(Mod, "mod", kCostly, static_cast<float>(modulo(a, b)), modulo(a, b))
ARITHMETIC(Pow, "pow", kCostly, static_cast<float>(power(a, b)), power(a, b))
ARITHMETIC(Atan2, "atan2", kCostly, std::atan2(a, b), std::atan2(a, b))

#undef ARITHMETIC

struct Add {
  static constexpr int64_t kWorthThreads = kCheap;
  static float of(float a, float b) { return a + b; }
  static int32_t of(int32_t a, int32_t b) {
    return wrapped(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
  }
};
Registration registerAdd("add", signature<same>, prepareArithmetic<Add>);

struct Sub {
  static constexpr int64_t kWorthThreads = kCheap;
  static float of(float a, float b) { return a - b; }
  static int32_t of(int32_t a, int32_t b) {
    return wrapped(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
  }
};
Registration registerSub("sub", signature<same>, prepareArithmetic<Sub>);

template <>
void Binary<Pow, float, float>::withScalar(const float* a, float b, float* y, int64_t count) {
  if (b == 1.f) {
    std::copy(a, a + count, y);
  } else if (b == 2.f) {
    for (int64_t i = 0; i < count; i++) y[i] = a[i] * a[i];
  } else if (b == 3.f) {
    for (int64_t i = 0; i < count; i++) y[i] = a[i] * a[i] * a[i];
  } else if (b == -1.f) {
    for (int64_t i = 0; i < count; i++) y[i] = 1.f / a[i];
  } else {
    for (int64_t i = 0; i < count; i++) y[i] = Pow::of(a[i], b);
  }
}

#define COMPARISON(Name, name, expression)           \
  struct Name {                                      \
    static constexpr int64_t kWorthThreads = kCheap; \
    template <typename T>                            \
    static uint8_t of(T a, T b) {                    \
      return expression;                             \
    }                                                \
  };                                                 \
  Registration register##Name(name, signature<truth>, prepareComparison<Name>);

COMPARISON(Equal, "equal", a == b)
COMPARISON(NotEqual, "notEqual", a != b)
COMPARISON(Greater, "greater", a > b)
COMPARISON(GreaterEqual, "greaterEqual", a >= b)
COMPARISON(Less, "less", a < b)
COMPARISON(LessEqual, "lessEqual", a <= b)
COMPARISON(LogicalAnd, "logicalAnd", (a != 0) & (b != 0))
COMPARISON(LogicalOr, "logicalOr", (a != 0) | (b != 0))

#undef COMPARISON

// float32 → int32
struct FloorDiv {
  static constexpr int64_t kWorthThreads = kCheap;
  template <typename T>
  static int32_t of(T a, T b) {
    return toInt32(std::floor(static_cast<double>(a) / b));
  }
};

std::unique_ptr<Op> prepareFloorDiv(const BinaryParams& params) {
  if (params.dtype == DType::boolean) refuse("bool");
  return params.dtype == DType::float32 ? make<FloorDiv, float, int32_t>(params)
                                        : make<FloorDiv, int32_t, int32_t>(params);
}
Registration registerFloorDiv("floorDiv", signature<whole>, prepareFloorDiv);

template <typename Function>
std::unique_ptr<Op> prepareOfFloats(const BinaryParams& params) {
  if (params.dtype != DType::float32) refuse("int32 or bool");
  return make<Function, float, float>(params);
}

struct Prelu {
  static constexpr int64_t kWorthThreads = kCheap;
  static float of(float x, float slope) { return x < 0.f ? slope * x : x; }
};
Registration registerPrelu("prelu", signature<same>, prepareOfFloats<Prelu>);

// inputs dy and the output y of elu
struct EluGrad {
  static constexpr int64_t kWorthThreads = kCheap;
  static float of(float dy, float y) { return y >= 0.f ? dy : dy * (y + 1.f); }
};
Registration registerEluGrad("eluGrad", signature<same>, prepareOfFloats<EluGrad>);

}  // namespace
}  // namespace notegrad
