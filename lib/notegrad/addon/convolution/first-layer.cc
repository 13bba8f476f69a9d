#include "convolution/first-layer.h"

#include <algorithm>
#include <vector>

#include "simd/scratch.h"
#include "simd/slices.h"
#include "simd/vectors.h"

namespace notegrad {
namespace {

using Wide = Lanes<kLanes>;
using Vector = Wide::Floats;

constexpr int kPixels = 8;  // computed together, so that a kernel's vector is loaded once for them

class FirstLayer : public Op {
 public:
  FirstLayer(const Window& window, bool hasBias, const Epilogue& epilogue)
      : w_(window),
        hasBias_(hasBias),
        epilogue_(epilogue),
        paddedWidth_(w_.padLeft + w_.inWidth + w_.padRight()),
        paddedHeight_(w_.padTop + w_.inHeight + w_.padBottom()),
        paddedSize_(elementCount({paddedWidth_, paddedHeight_})) {
    for (int64_t row = 0; row < w_.kernelHeight; ++row) {
      for (int64_t column = 0; column < w_.kernelWidth; ++column) {
        taps_.push_back(row * w_.dilationHeight * paddedWidth_ + column * w_.dilationWidth);
      }
    }
  }

  void run(const Buffers& b) override {
    const float *x = b.f32(0), *kernel = b.f32(1);
    Epilogue epilogue = epilogue_;
    size_t next = 2;
    const float* bias = hasBias_ ? b.f32(next++) : nullptr;
    if (epilogue.activation == Activation::prelu) epilogue.slopes = b.f32(next++);
    float* y = b.f32(next);
    const int64_t rowSize = w_.outWidth * w_.outChannels;
    parallelRows(w_.batch, w_.outHeight * rowSize, [&](int64_t begin, int64_t end) {
      for (int64_t image = begin; image < end; ++image) {
        const float* padded = pad(x + image * w_.inHeight * w_.inWidth);
        for (int64_t row = 0; row < w_.outHeight; ++row) {
          float* out = y + (image * w_.outHeight + row) * rowSize;
          convolveRow(padded + row * w_.strideHeight * paddedWidth_, kernel, bias, out);
          epilogue.apply(out, w_.outWidth, w_.outChannels);
        }
      }
    });
  }

 private:
  // The image within its zeros, in the thread's scratch.
  const float* pad(const float* image) const {
    float* padded = static_cast<float*>(threadScratch(paddedSize_ * sizeof(float)));
    std::fill_n(padded, paddedSize_, 0.0f);
    for (int64_t row = 0; row < w_.inHeight; ++row) {
      std::copy_n(image + row * w_.inWidth, w_.inWidth,
                  padded + (row + w_.padTop) * paddedWidth_ + w_.padLeft);
    }
    return padded;
  }

  void convolveRow(const float* x, const float* kernel, const float* bias, float* y) const {
    const int64_t channels = w_.outChannels, width = w_.outWidth;
    if (width < kPixels) {
      for (int64_t column = 0; column < width; ++column) {
        forChannels<1>(x + column * w_.strideWidth, kernel, bias, y + column * channels);
      }
      return;
    }
    // The last pixels overlap those before rather than come one by one.
    for (int64_t next = 0; next < width; next += kPixels) {
      const int64_t column = std::min(next, width - kPixels);
      forChannels<kPixels>(x + column * w_.strideWidth, kernel, bias, y + column * channels);
    }
  }

  template <int pixels>
  void forChannels(const float* x, const float* kernel, const float* bias, float* y) const {
    for (int64_t c = 0; c < w_.outChannels; c += kLanes) {
      convolve<pixels>(x, kernel + c, bias ? Wide::load(bias + c) : Vector{}, y + c);
    }
  }

  template <int pixels>
  void convolve(const float* x, const float* kernel, const Vector& bias, float* y) const {
    const int64_t stride = w_.strideWidth, channels = w_.outChannels;
    Vector sums[pixels];
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) sums[p] = Vector{};
    for (const int64_t tap : taps_) {
      const Vector weights = Wide::load(kernel);
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) sums[p] += x[tap + p * stride] * weights;
      kernel += channels;
    }
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) Wide::store(sums[p] + bias, y + p * channels);
  }

  const Window w_;
  const bool hasBias_;
  const Epilogue epilogue_;
  const int64_t paddedWidth_, paddedHeight_, paddedSize_;
  std::vector<int64_t> taps_;  // where a window's pixels lie from its first
};

}  // namespace

std::unique_ptr<Op> firstLayer(const Window& window, bool hasBias, const Epilogue& epilogue) {
  constexpr int64_t kFewTaps = 36;
  if (window.inChannels != 1 || window.outChannels % kLanes != 0 ||
      window.kernelSize() > kFewTaps) {
    return nullptr;
  }
  return std::make_unique<FirstLayer>(window, hasBias, epilogue);
}

}  // namespace notegrad
