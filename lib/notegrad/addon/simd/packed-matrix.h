// Products of few rows with one matrix, again and again, by one thread: the matrix is laid out once
// in panels as wide as the vector registers hold.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace notegrad {

class PackedMatrix {
 public:
  // A matrix of `inner` rows and `columns` columns: `at(row, column)` is its element.
  template <typename At>
  void pack(int64_t inner, int64_t columns, At at) {
    inner_ = inner;
    columns_ = columns;
    panels_ = (columns + kPanel - 1) / kPanel;
    values_.assign(panels_ * inner * kPanel, 0.f);
    for (int64_t row = 0; row < inner; row++) {
      for (int64_t column = 0; column < columns; column++) {
        values_[(column / kPanel * inner + row) * kPanel + column % kPanel] = at(row, column);
      }
    }
  }

  // c (rows × columns) += a (rows × inner) · this
  void multiplyAdd(int64_t rows, const float* a, float* c) const {
    for (int64_t panel = 0; panel < panels_; panel++) {
      const float* b = values_.data() + panel * inner_ * kPanel;
      int64_t row = 0;
      for (; row + kRows <= rows; row += kRows) multiplyPanel<kRows>(a, b, c, row, panel);
      for (; row < rows; row++) multiplyPanel<1>(a, b, c, row, panel);
    }
  }

 private:
#if defined(__AVX512F__)
  static constexpr int64_t kVector = 16, kRows = 8;
#else
  static constexpr int64_t kVector = 8, kRows = 4;
#endif
  static constexpr int64_t kPanel = 2 * kVector;
  typedef float Vector __attribute__((vector_size(4 * kVector), aligned(4), may_alias));

  template <int64_t count>
  void multiplyPanel(const float* a, const float* b, float* c, int64_t row, int64_t panel) const {
    Vector sums[count][2] = {};
    const float* rows = a + row * inner_;
    for (int64_t k = 0; k < inner_; k++) {
      const Vector left = *reinterpret_cast<const Vector*>(b + k * kPanel);
      const Vector right = *reinterpret_cast<const Vector*>(b + k * kPanel + kVector);
      for (int64_t i = 0; i < count; i++) {
        const float factor = rows[i * inner_ + k];
        sums[i][0] += factor * left;
        sums[i][1] += factor * right;
      }
    }
    const int64_t column = panel * kPanel;
    const int64_t width = columns_ - column < kPanel ? columns_ - column : kPanel;
    for (int64_t i = 0; i < count; i++) {
      float* target = c + (row + i) * columns_ + column;
      float products[kPanel];
      std::memcpy(products, sums[i], sizeof products);
      for (int64_t j = 0; j < width; j++) target[j] += products[j];
    }
  }

  int64_t inner_ = 0, columns_ = 0, panels_ = 0;
  std::vector<float> values_;
};

}  // namespace notegrad
