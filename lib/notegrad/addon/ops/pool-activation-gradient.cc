// maxPoolActivationGradient: the gradient through a (leaky) ReLU, the pooling of its output by
// maxima of 2×2 pixels side by side, and the bias before both. Inputs dy and x, what was pooled;
// outputs dx and, with a bias, its gradient, the sum of dx over all pixels. Params: Window,
// undilated, without padding; slope below 0, with bias.
#include <algorithm>
#include <optional>
#include <vector>

#include "convolution/window.h"
#include "ops/reduction.h"
#include "ops/relu.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

class MaxPoolActivationGradient : public Op {
 public:
  explicit MaxPoolActivationGradient(const MaxPoolActivationGradientParams& params)
      : w_(params.window),
        below_(static_cast<float>(params.below)),
        image_(imageFor(w_.inChannels)) {
    const View pixels{1, w_.batch * w_.inHeight * w_.inWidth, w_.inChannels};
    if (params.withBias) bias_.emplace(pixels, pixels.reduced);
  }

  void run(const Buffers& buffers) override {
    const float *dy = buffers.f32(0), *x = buffers.f32(1);
    float* dx = buffers.f32(2);
    const int64_t inSize = w_.inHeight * w_.inWidth * w_.inChannels;
    const int64_t outSize = w_.outHeight * w_.outWidth * w_.inChannels;
    const auto image = [&](int64_t i) {
      (this->*image_)(dy + i * outSize, x + i * inSize, dx + i * inSize);
    };
    if (!bias_ || w_.batch % bias_->chunks() != 0) {
      parallelRows(w_.batch, inSize, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) image(i);
      });
      if (bias_) bias_->run(dx, buffers.f32(3));
      return;
    }
    // The parts of the sum are whole images: a thread computes each when it comes to its pixels.
    last_.assign(omp_get_max_threads(), -1);
    bias_->run(dx, buffers.f32(3), [&](const float* at, int64_t count) {
      int64_t& last = last_[omp_get_thread_num()];
      const int64_t begin = (at - dx) / inSize, end = (at - dx + count - 1) / inSize;
      for (int64_t i = std::max(begin, last + 1); i <= end; ++i) image(last = i);
    });
  }

 private:
  using Image = void (MaxPoolActivationGradient::*)(const float*, const float*, float*) const;

  // Few channels are worth a loop of a length that the compiler knows.
  static Image imageFor(int64_t channels) {
    switch (channels) {
      case 4:
        return &MaxPoolActivationGradient::image<4>;
      case 8:
        return &MaxPoolActivationGradient::image<8>;
      case 16:
        return &MaxPoolActivationGradient::image<16>;
      case 32:
        return &MaxPoolActivationGradient::image<32>;
      default:
        return &MaxPoolActivationGradient::image<0>;
    }
  }

  // kChannels is 0 where the compiler does not know them.
  template <int64_t kChannels>
  void image(const float* dy, const float* x, float* dx) const {
    const int64_t channels = kChannels ? kChannels : w_.inChannels, row = w_.inWidth * channels;
    for (int64_t outRow = 0; outRow < w_.outHeight; ++outRow) {
      const int64_t start = 2 * outRow * row;
      for (int64_t column = 0; column < w_.outWidth; ++column) {
        const int64_t corner = start + 2 * column * channels;
        square<kChannels>(dy, x + corner, dx + corner, row);
        dy += channels;
      }
      outside(dx + start, 2 * w_.outWidth * channels, row);
      outside(dx + start + row, 2 * w_.outWidth * channels, row);
    }
    for (int64_t r = 2 * w_.outHeight; r < w_.inHeight; ++r) outside(dx + r * row, 0, row);
  }

  // The gradient goes to the first of the four pixels that is largest. NaN is larger than all,
  // which costs too much to look for in every window: those with one are gone through again.
  template <int64_t kChannels>
  void square(const float* dy, const float* x, float* dx, int64_t row) const {
    const int64_t channels = kChannels ? kChannels : w_.inChannels;
    const float below = below_;
    const float *x1 = x + channels, *x2 = x + row, *x3 = x2 + channels;
    float *dx1 = dx + channels, *dx2 = dx + row, *dx3 = dx2 + channels;
    float sums = 0;
#pragma omp simd reduction(+ : sums)
    for (int64_t c = 0; c < channels; ++c) {
      const float a = x[c], b = x1[c], d = x2[c], e = x3[c], slope = dy[c];
      const float upper = b > a ? b : a, lower = e > d ? e : d;
      const float whole = lower > upper ? lower : upper;
      float rest = slope;
      const auto take = [&](float value) {
        const float taken = value == whole ? rest : 0.0f;
        rest = value == whole ? 0.0f : rest;
        return taken * reluSlope(value, below);
      };
      dx[c] = take(a);
      dx1[c] = take(b);
      dx2[c] = take(d);
      dx3[c] = take(e);
      sums += (a + b) + (d + e);
    }
    if (sums != sums) squareWithNaN(dy, x, dx, row);
  }

  void squareWithNaN(const float* dy, const float* x, float* dx, int64_t row) const {
    const int64_t channels = w_.inChannels;
    const int64_t pixels[] = {0, channels, row, row + channels};
    for (int64_t c = 0; c < channels; ++c) {
      int64_t largest = 0;
      for (const int64_t pixel : pixels) {
        const float value = x[pixel + c], before = x[largest + c];
        if (value > before || (value != value && before == before)) largest = pixel;
      }
      for (const int64_t pixel : pixels) {
        dx[pixel + c] = (pixel == largest ? dy[c] : 0.0f) * reluSlope(x[pixel + c], below_);
      }
    }
  }

  // Pixels that no window reached.
  static void outside(float* dx, int64_t begin, int64_t end) {
    std::fill(dx + begin, dx + end, 0.0f);
  }

  const Window w_;
  float below_;
  Image image_;
  std::optional<Reduction<Sum<float, float>>> bias_;
  std::vector<int64_t> last_;  // image that each thread computed
};

Signature signature(const MaxPoolActivationGradientParams& params) {
  const Window w(params.window);
  const auto areTwo = [](int64_t a, int64_t b) { return a == 2 && b == 2; };
  const bool isSquare = areTwo(w.kernelHeight, w.kernelWidth) &&
                        areTwo(w.strideHeight, w.strideWidth) && w.isUndilated() && w.padTop == 0 &&
                        w.padLeft == 0 && w.inChannels == w.outChannels;
  if (!isSquare || 2 * w.outHeight > w.inHeight || 2 * w.outWidth > w.inWidth) {
    throw std::runtime_error("only for windows of 2 × 2 pixels side by side");
  }
  Signature signature{{floats(w.outSize()), floats(w.inSize())}, {floats(w.inSize())}};
  if (params.withBias) signature.outputs.push_back(floats(w.inChannels));
  return signature;
}

std::unique_ptr<Op> prepare(const MaxPoolActivationGradientParams& params) {
  return std::make_unique<MaxPoolActivationGradient>(params);
}

Registration registration("maxPoolActivationGradient", signature, prepare);

}  // namespace
}  // namespace notegrad
