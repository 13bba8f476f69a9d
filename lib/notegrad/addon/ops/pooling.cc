// Maximum and average of windows, channels last, and their gradients. The loops run along the
// channels, which lie side by side.
#include <algorithm>
#include <limits>

#include "convolution/window.h"
#include "simd/slices.h"
#include "simd/vectors.h"

namespace notegrad {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

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

  // Calls body(pixel) with the place of the first channel of every pixel of a window.
  template <typename Body>
  void forPixels(int64_t image, const Reach& r, const Body& body) const {
    for (int64_t row = r.firstRow; row < r.lastRow; ++row) {
      const int64_t line = (image * w_.inHeight + row) * w_.inWidth;
      for (int64_t column = r.firstColumn; column < r.lastColumn; ++column) {
        body((line + column) * w_.inChannels);
      }
    }
  }

  int64_t output(int64_t image, int64_t row, int64_t column) const {
    return ((image * w_.outHeight + row) * w_.outWidth + column) * w_.inChannels;
  }

  void clear(float* dx, int64_t image) const {
    const int64_t size = w_.inHeight * w_.inWidth * w_.inChannels;
    std::fill_n(dx + image * size, size, 0.0f);
  }

  const Window w_;
};

// NaN is larger than all, as in PyTorch: a window that has seen one says so.
template <typename Floats>
auto isLarger(Floats values, Floats largest) {
  return (values > largest) | (values != values);
}

class MaxPool : public Pooling {
 public:
  using Pooling::Pooling;

  void run(const Buffers& b) override {
    const float* x = b.f32(0);
    float* y = b.f32(1);
    forRows([&](int64_t image, int64_t row) {
      for (int64_t column = 0; column < w_.outWidth; ++column) {
        const Reach r = reach(row, column);
        float* out = y + output(image, row, column);
        forLanes(w_.inChannels, [&](int64_t c, auto lanes) {
          auto largest = lanes.all(kLowest);
          forPixels(image, r, [&](int64_t pixel) {
            const auto values = lanes.load(x + pixel + c);
            largest = isLarger(values, largest) ? values : largest;
          });
          lanes.store(largest, out + c);
        });
      }
    });
  }
};

// The gradient goes to the first pixel, row by row, that is largest.
class MaxPoolGradient : public Pooling {
 public:
  using Pooling::Pooling;

  void run(const Buffers& b) override {
    if (w_.strideHeight >= w_.kernelHeight && w_.strideWidth >= w_.kernelWidth) {
      routeAll(b, [](const auto&, const auto& part) { return part; });
    } else {
      routeAll(b, [](const auto& slope, const auto& part) { return slope + part; });
    }
  }

 private:
  // put(slope of a pixel, what a window adds) is its new slope: where windows do not overlap, that
  // is all of it.
  template <typename Put>
  void routeAll(const Buffers& b, const Put& put) const {
    const float *dy = b.f32(0), *x = b.f32(1);
    float* dx = b.f32(2);
    forImages([&](int64_t image) {
      if (!covered()) clear(dx, image);
      for (int64_t row = 0; row < w_.outHeight; ++row) {
        for (int64_t column = 0; column < w_.outWidth; ++column) {
          const Reach r = reach(row, column);
          const float* slope = dy + output(image, row, column);
          forLanes(w_.inChannels, [&](int64_t c, auto lanes) {
            route(lanes, x + c, image, r, slope + c, dx + c, put);
          });
        }
      }
    });
  }

  // Every pixel lies in exactly one window.
  bool covered() const {
    return w_.strideHeight == w_.kernelHeight && w_.strideWidth == w_.kernelWidth &&
           w_.outHeight * w_.strideHeight - w_.padTop >= w_.inHeight &&
           w_.outWidth * w_.strideWidth - w_.padLeft >= w_.inWidth;
  }

  template <typename Lanes, typename Put>
  void route(Lanes lanes, const float* x, int64_t image, const Reach& r, const float* dy, float* dx,
             const Put& put) const {
    typename Lanes::Floats largest = lanes.all(kLowest);
    typename Lanes::Ints place{};
    int32_t index = 0;
    forPixels(image, r, [&](int64_t pixel) {
      const auto values = lanes.load(x + pixel);
      const auto larger = isLarger(values, largest);
      largest = larger ? values : largest;
      place = larger ? typename Lanes::Ints{} + ++index : place;
    });
    const auto slopes = lanes.load(dy);
    index = 0;
    forPixels(image, r, [&](int64_t pixel) {
      const auto part = place == ++index ? slopes : typename Lanes::Floats{};
      lanes.store(put(lanes.load(dx + pixel), part), dx + pixel);
    });
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
        const Reach r = reach(row, column);
        const float pixels = static_cast<float>(r.count());
        float* out = y + output(image, row, column);
        forLanes(w_.inChannels, [&](int64_t c, auto lanes) {
          auto sum = lanes.all(0);
          forPixels(image, r, [&](int64_t pixel) { sum += lanes.load(x + pixel + c); });
          lanes.store(sum / pixels, out + c);
        });
      }
    });
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
    forImages([&](int64_t image) {
      clear(dx, image);
      for (int64_t row = 0; row < w_.outHeight; ++row) {
        for (int64_t column = 0; column < w_.outWidth; ++column) {
          const Reach r = reach(row, column);
          const float share = 1.0f / static_cast<float>(r.count());
          const float* slope = dy + output(image, row, column);
          forPixels(image, r, [&](int64_t pixel) {
            forLanes(w_.inChannels, [&](int64_t c, auto lanes) {
              float* to = dx + pixel + c;
              lanes.store(lanes.load(to) + share * lanes.load(slope + c), to);
            });
          });
        }
      }
    });
  }
};

// Of all: undilated, and outChannels are inChannels.
Window windowOf(const PoolParams& params) {
  const Window window(params.window);
  if (window.isUndilated() && window.inChannels == window.outChannels) return window;
  throw std::runtime_error("only for undilated windows that keep the channels");
}

Signature poolSignature(const PoolParams& params) {
  const Window w = windowOf(params);
  return {{floats(w.inSize())}, {floats(w.outSize())}};
}

Signature maxPoolGradientSignature(const PoolParams& params) {
  const Window w = windowOf(params);
  return {{floats(w.outSize()), floats(w.inSize())}, {floats(w.inSize())}};
}

Signature averagePoolGradientSignature(const PoolParams& params) {
  const Window w = windowOf(params);
  return {{floats(w.outSize())}, {floats(w.inSize())}};
}

template <typename Kind>
std::unique_ptr<Op> prepare(const PoolParams& params) {
  return std::make_unique<Kind>(Window(params.window));
}

// x → y
const Registration maxPool("maxPool", poolSignature, prepare<MaxPool>);
const Registration averagePool("avgPool", poolSignature, prepare<AveragePool>);
// dy, x → dx
const Registration maxPoolGradient("maxPoolGrad", maxPoolGradientSignature,
                                   prepare<MaxPoolGradient>);
// dy → dx
const Registration averagePoolGradient("avgPoolGrad", averagePoolGradientSignature,
                                       prepare<AveragePoolGradient>);

}  // namespace
}  // namespace notegrad
