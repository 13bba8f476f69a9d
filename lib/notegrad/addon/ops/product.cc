// Products of matrices and of batches of them, with bias and activation.
//
// By OpenBLAS, or by oneDNN's blocked kernels (brgemm) where the product is large and it has them:
// they are quicker for the shapes of training, above all with a transposed matrix. oneDNN's other
// product, which is behind dnnl_sgemm, is never used: in 2.6 it corrupts the heap when a signal
// arrives.
#include <cblas.h>

#include <optional>
#include <vector>

#include "binding/zeros.h"
#include "convolution/activation.h"
#include "convolution/dnnl-compat.h"
#include "ops/broadcast.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

// Of the product [rows, inner] · [inner, columns].
struct Matrices : MatricesParams {
  explicit Matrices(const MatricesParams& params) : MatricesParams(params) {}

  int64_t aSize() const { return rows * inner; }
  int64_t bSize() const { return inner * columns; }
  int64_t cSize() const { return rows * columns; }
  int64_t work() const { return elementCount({rows, columns, inner}); }
};

// One product on the calling thread's OpenBLAS.
void multiply(const Matrices& m, const float* a, const float* b, float* c) {
  cblas_sgemm(CblasRowMajor, m.transposeA ? CblasTrans : CblasNoTrans,
              m.transposeB ? CblasTrans : CblasNoTrans, m.rows, m.columns, m.inner, 1.0f, a,
              m.transposeA ? m.rows : m.inner, b, m.transposeB ? m.inner : m.columns, 0.0f, c,
              m.columns);
}

// A large product by oneDNN's blocked kernels, where it has them for this processor.
std::optional<BoundPrimitive> blockedProduct(const Matrices& m) {
  constexpr int64_t kLarge = 1 << 20;
  if (m.work() < kLarge) return std::nullopt;
  using Tag = dnnl::memory::format_tag;
  const auto matrix = [](int64_t rows, int64_t columns, bool transposed) {
    return dnnl::memory::desc({rows, columns}, dnnl::memory::data_type::f32,
                              transposed ? Tag::ba : Tag::ab);
  };
  const auto a = matrix(m.rows, m.inner, m.transposeA);
  const auto b = matrix(m.inner, m.columns, m.transposeB);
  const auto c = matrix(m.rows, m.columns, false);
  const auto description = describe<dnnl::matmul>(a, b, c);
  if (std::strncmp(description.impl_info_str(), "brg", 3) != 0) return std::nullopt;
  BoundPrimitive primitive(dnnl::matmul(description), description);
  primitive.expect(DNNL_ARG_SRC, a);
  primitive.expect(DNNL_ARG_WEIGHTS, b);
  primitive.expect(DNNL_ARG_DST, c);
  return primitive;
}

class Product : public Op {
 public:
  Product(const Matrices& matrices, bool hasBias, const Epilogue& epilogue)
      : matrices_(matrices),
        hasBias_(hasBias),
        epilogue_(epilogue),
        blocked_(blockedProduct(matrices)) {}

  void run(const Buffers& b) override {
    Epilogue epilogue = epilogue_;
    size_t next = 2;
    if (hasBias_) epilogue.bias = b.f32(next++);
    if (epilogue.activation == Activation::prelu) epilogue.slopes = b.f32(next++);
    float* c = b.f32(next);
    if (matrices_.inner == 0) {
      std::fill_n(c, matrices_.cSize(), 0.0f);
    } else if (blocked_) {
      blocked_->bind(DNNL_ARG_SRC, b.f32(0));
      blocked_->bind(DNNL_ARG_WEIGHTS, b.f32(1));
      blocked_->bind(DNNL_ARG_DST, c);
      blocked_->run();
    } else {
      multiply(matrices_, b.f32(0), b.f32(1), c);
    }
    if (epilogue.trivial()) return;
    const int64_t columns = matrices_.columns;
    parallelRows(matrices_.rows, columns, [&](int64_t begin, int64_t end) {
      epilogue.apply(c + begin * columns, end - begin, columns);
    });
  }

 private:
  Matrices matrices_;
  bool hasBias_;
  Epilogue epilogue_;
  std::optional<BoundPrimitive> blocked_;
};

// A product for every index of the batch, where a matrix may serve several indices.
class BatchProduct : public Op {
 public:
  // The matrices of A and B for every product, counted in matrices.
  BatchProduct(const Matrices& matrices, std::vector<int64_t> a, std::vector<int64_t> b)
      : matrices_(matrices), a_(std::move(a)), b_(std::move(b)) {}

  void run(const Buffers& buffers) override {
    const Matrices& m = matrices_;
    const auto products = [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        multiply(m, buffers.f32(0) + a_[i] * m.aSize(), buffers.f32(1) + b_[i] * m.bSize(),
                 buffers.f32(2) + i * m.cSize());
      }
    };
    const int64_t count = a_.size();
    // Few large products are shared by the threads one by one.
    if (count < omp_get_max_threads()) return products(0, count);
    parallelRows(count, m.work() / 8, products);
  }

 private:
  Matrices matrices_;
  std::vector<int64_t> a_, b_;
};

// Where each matrix of a batch lies in an operand whose batch of shape `dims` is broadcast to
// `shape`.
std::vector<int64_t> broadcastIndices(const std::vector<int64_t>& dims,
                                      const std::vector<int64_t>& shape) {
  std::vector<int64_t> indices{0};
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    std::vector<int64_t> longer;
    for (const int64_t index : indices) {
      for (int64_t i = 0; i < shape[axis]; ++i) {
        longer.push_back(index * dims[axis] + (dims[axis] == 1 ? 0 : i));
      }
    }
    indices = std::move(longer);
  }
  return indices;
}

// a, b, [bias of the columns], [prelu's slopes] → a·b
Signature productSignature(const MatMulParams& params) {
  const Matrices m(params.matrices);
  Signature signature{{floats(m.aSize()), floats(m.bSize())}, {floats(m.cSize())}};
  Epilogue::addInputs(params.epilogue, m.columns, signature);
  return signature;
}

std::unique_ptr<Op> prepareProduct(const MatMulParams& params) {
  return std::make_unique<Product>(Matrices(params.matrices), params.epilogue.hasBias,
                                   Epilogue(params.epilogue));
}

// a, b → a·b for every index of a batch: of its axes, each is 1 or that of the product.
Signature batchProductSignature(const BatchMatMulParams& params) {
  const Matrices m(params.matrices);
  const Shapes batch(params.a, params.b);
  return {{floats(elementCount({elementCount(batch.a), m.rows, m.inner})),
           floats(elementCount({elementCount(batch.b), m.inner, m.columns}))},
          {floats(elementCount({elementCount(batch.joined), m.rows, m.columns}))}};
}

std::unique_ptr<Op> prepareBatchProduct(const BatchMatMulParams& params) {
  const Matrices matrices(params.matrices);
  const Shapes batch(params.a, params.b);
  const int64_t size = elementCount(batch.joined) * matrices.cSize();
  if (matrices.inner == 0) return zeros({{2, size}});
  return std::make_unique<BatchProduct>(matrices, broadcastIndices(batch.a, batch.joined),
                                        broadcastIndices(batch.b, batch.joined));
}

const Registration product("matMul", productSignature, prepareProduct);
const Registration batchProduct("batchMatMul", batchProductSignature, prepareBatchProduct);

}  // namespace
}  // namespace notegrad
