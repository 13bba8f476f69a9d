// Maximum and average of windows, channels last, and their gradients. The loops run along the
// channels, which lie side by side.
#include <algorithm>
#include <limits>

#include "slices.h"
#include "window.h"

namespace notegrad {
namespace {

// Channels that are worked on together, so that what a window gathers stays in the nearest cache.
constexpr int64_t kBlock = 64;

class Pooling : public Op {
 public:
  explicit Pooling(const Window& window) : w_(window) {}

 protected:
  // The pixels of a window that are inside the image; the last row and column are beyond.
  struct Reach {
    int64_t firstRow, lastRow, firstColumn, lastColumn;
    int64_t count() const {
      return std::max<int64_t>(lastRow - firstRow, 0) *
             std::max<int64_t>(lastColumn - firstColumn, 0);
    }
  };

  Reach reach(int64_t outRow, int64_t outColumn) const {
    const int64_t row = outRow * w_.strideHeight - w_.padTop;
    const int64_t column = outColumn * w_.strideWidth - w_.padLeft;
    return {std::max<int64_t>(row, 0), std::min(row + w_.kernelHeight, w_.inHeight),
            std::max<int64_t>(column, 0), std::min(column + w_.kernelWidth, w_.inWidth)};
  }

  // Calls body(image, row) for every row of windows.
  template <typename Body>
  void forRows(const Body& body) const {
    const int64_t channels = w_.inChannels;
    const int64_t work = w_.outWidth * channels * w_.kernelSize();
    parallelRows(w_.batch * w_.outHeight, work, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) body(i / w_.outHeight, i % w_.outHeight);
    });
  }

  // Images are independent: windows that overlap add to the same pixels of one image only.
  template <typename Body>
  void forImages(const Body& body) const {
    const int64_t work = w_.outHeight * w_.outWidth * w_.inChannels * w_.kernelSize();
    parallelRows(w_.batch, work, [&](int64_t begin, int64_t end) {
      for (int64_t image = begin; image < end; ++image) body(image);
    });
  }

  int64_t pixel(int64_t image, int64_t row, int64_t column) const {
    return ((image * w_.inHeight + row) * w_.inWidth + column) * w_.inChannels;
  }

  int64_t output(int64_t image, int64_t row, int64_t column) const {
    return ((image * w_.outHeight + row) * w_.outWidth + column) * w_.inChannels;
  }

  const Window w_;
};

// Like tfjs, NaN is never larger, so that a window's NaN is passed over.
class MaxPool : public Pooling {
 public:
  using Pooling::Pooling;

  void run(const Buffers& b) override {
    const float* x = b.f32(0);
    float* y = b.f32(1);
    forRows([&](int64_t image, int64_t row) {
      for (int64_t column = 0; column < w_.outWidth; ++column) {
        largest(x, reach(row, column), image, y + output(image, row, column));
      }
    });
  }

 private:
  void largest(const float* x, const Reach& r, int64_t image, float* y) const {
    std::fill_n(y, w_.inChannels, -std::numeric_limits<float>::infinity());
    for (int64_t row = r.firstRow; row < r.lastRow; ++row) {
      for (int64_t column = r.firstColumn; column < r.lastColumn; ++column) {
        const float* values = x + pixel(image, row, column);
#pragma omp simd
        for (int64_t c = 0; c < w_.inChannels; ++c) y[c] = values[c] > y[c] ? values[c] : y[c];
      }
    }
  }
};

// The gradient goes to the first pixel, row by row, that is largest.
class MaxPoolGradient : public Pooling {
 public:
  using Pooling::Pooling;

  void run(const Buffers& b) override {
    const float *dy = b.f32(0), *x = b.f32(1);
    float* dx = b.f32(2);
    const int64_t size = w_.inHeight * w_.inWidth * w_.inChannels;
    forImages([&](int64_t image) {
      std::fill_n(dx + image * size, size, 0.0f);
      for (int64_t row = 0; row < w_.outHeight; ++row) {
        for (int64_t column = 0; column < w_.outWidth; ++column) {
          const Reach r = reach(row, column);
          const float* slope = dy + output(image, row, column);
          for (int64_t c = 0; c < w_.inChannels; c += kBlock) {
            route(x, r, image, c, std::min(kBlock, w_.inChannels - c), slope + c, dx);
          }
        }
      }
    });
  }

 private:
  void route(const float* x, const Reach& r, int64_t image, int64_t c, int64_t count,
             const float* dy, float* dx) const {
    float largest[kBlock];
    int32_t place[kBlock];
    std::fill_n(largest, count, -std::numeric_limits<float>::infinity());
    std::fill_n(place, count, -1);
    int32_t index = 0;
    for (int64_t row = r.firstRow; row < r.lastRow; ++row) {
      for (int64_t column = r.firstColumn; column < r.lastColumn; ++column, ++index) {
        const float* values = x + pixel(image, row, column) + c;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
          const bool larger = values[i] > largest[i];
          largest[i] = larger ? values[i] : largest[i];
          place[i] = larger ? index : place[i];
        }
      }
    }
    index = 0;
    for (int64_t row = r.firstRow; row < r.lastRow; ++row) {
      for (int64_t column = r.firstColumn; column < r.lastColumn; ++column, ++index) {
        float* values = dx + pixel(image, row, column) + c;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) values[i] += place[i] == index ? dy[i] : 0.0f;
      }
    }
  }
};

// The mean of the pixels that are inside the image.
class AveragePool : public Pooling {
 public:
  using Pooling::Pooling;

  void run(const Buffers& b) override {
    const float* x = b.f32(0);
    float* y = b.f32(1);
    forRows([&](int64_t image, int64_t row) {
      for (int64_t column = 0; column < w_.outWidth; ++column) {
        mean(x, reach(row, column), image, y + output(image, row, column));
      }
    });
  }

 private:
  void mean(const float* x, const Reach& r, int64_t image, float* y) const {
    const int64_t channels = w_.inChannels;
    std::fill_n(y, channels, 0.0f);
    for (int64_t row = r.firstRow; row < r.lastRow; ++row) {
      for (int64_t column = r.firstColumn; column < r.lastColumn; ++column) {
        const float* values = x + pixel(image, row, column);
#pragma omp simd
        for (int64_t c = 0; c < channels; ++c) y[c] += values[c];
      }
    }
    const float count = static_cast<float>(r.count());
#pragma omp simd
    for (int64_t c = 0; c < channels; ++c) y[c] /= count;
  }
};

// Of that mean. tfjs's cpu backend divides by the whole window at the image's edges too, which is
// not the gradient of what it computes.
class AveragePoolGradient : public Pooling {
 public:
  using Pooling::Pooling;

  void run(const Buffers& b) override {
    const float* dy = b.f32(0);
    float* dx = b.f32(1);
    const int64_t size = w_.inHeight * w_.inWidth * w_.inChannels;
    forImages([&](int64_t image) {
      std::fill_n(dx + image * size, size, 0.0f);
      for (int64_t row = 0; row < w_.outHeight; ++row) {
        for (int64_t column = 0; column < w_.outWidth; ++column) {
          spread(dy + output(image, row, column), reach(row, column), image, dx);
        }
      }
    });
  }

 private:
  void spread(const float* dy, const Reach& r, int64_t image, float* dx) const {
    const float share = 1.0f / static_cast<float>(r.count());
    for (int64_t row = r.firstRow; row < r.lastRow; ++row) {
      for (int64_t column = r.firstColumn; column < r.lastColumn; ++column) {
        float* values = dx + pixel(image, row, column);
#pragma omp simd
        for (int64_t c = 0; c < w_.inChannels; ++c) values[c] += share * dy[c];
      }
    }
  }
};

// Params of all: Window, undilated, whose outChannels are its inChannels.
template <typename Kind>
std::unique_ptr<Op> prepare(const Params& p) {
  return std::make_unique<Kind>(Window(p));
}

// x → y
const Registration maxPool("maxPool", prepare<MaxPool>);
const Registration averagePool("avgPool", prepare<AveragePool>);
// dy, x → dx
const Registration maxPoolGradient("maxPoolGrad", prepare<MaxPoolGradient>);
// dy → dx
const Registration averagePoolGradient("avgPoolGrad", prepare<AveragePoolGradient>);

}  // namespace
}  // namespace notegrad
