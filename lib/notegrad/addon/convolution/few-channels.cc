#include "convolution/few-channels.h"

#include <cblas.h>

#include <algorithm>
#include <vector>

#include "simd/scratch.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

// More channels than these are cheaper by oneDNN: of a product, and of a mirrored gradient.
constexpr int64_t kFew = 3;
constexpr int64_t kFewMirrored = 4;

// Outputs i whose pixel i·stride + shift lies within [0, length): from first up to last.
struct Run {
  int64_t first, last;
};

Run within(int64_t outputs, int64_t stride, int64_t shift, int64_t length) {
  const auto atLeast = [stride](int64_t x) { return x <= 0 ? 0 : (x + stride - 1) / stride; };
  const int64_t first = atLeast(-shift);
  return {first, std::max(first, std::min(outputs, atLeast(length - shift)))};
}

// Of an image; BLAS takes it as an int.
int64_t pixels(int64_t height, int64_t width) {
  if (width > INT_MAX / height) throw std::runtime_error("the images are too large");
  return height * width;
}

// Few planes [channels, pixels] as an image [pixels, channels].
void interleave(const float* planes, int64_t pixels, int64_t channels, float* image) {
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t i = 0; i < pixels; ++i) image[i * channels + c] = planes[c * pixels + i];
  }
}

// Both directions compute, for every image, the products of every kernel position with every pixel,
// [positions·few, pixels], as one product of matrices; then each position's plane is added,
// shifted, to the planes of the result.
class FewChannels : public Op {
 protected:
  // `channels` are the few; each image's work holds their planes, then the products with `pixels`.
  FewChannels(const Window& window, int64_t channels, int64_t planePixels, int64_t pixels)
      : w_(window),
        planes_(channels * planePixels),
        terms_(elementCount({window.kernelSize(), channels, pixels})) {}

  // The planes of one image, then its products: the thread's scratch.
  float* work() const {
    return static_cast<float*>(threadScratch((planes_ + terms_) * sizeof(float)));
  }

  static float* products(const float* kernel, int64_t rows, const float* image, int64_t pixels,
                         int64_t channels, float* result) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, pixels, channels, 1.0f, kernel,
                channels, image, channels, 0.0f, result, pixels);
    return result;
  }

  // Calls body(position, row of windows, row of the image, columns of windows, first column of the
  // image) for every run of windows whose pixels at a position lie in the image.
  template <typename Body>
  void forRuns(const Body& body) const {
    for (int64_t i = 0; i < w_.kernelHeight; ++i) {
      const int64_t down = i * w_.dilationHeight - w_.padTop;
      const Run rows = within(w_.outHeight, w_.strideHeight, down, w_.inHeight);
      for (int64_t j = 0; j < w_.kernelWidth; ++j) {
        const int64_t right = j * w_.dilationWidth - w_.padLeft;
        const Run columns = within(w_.outWidth, w_.strideWidth, right, w_.inWidth);
        for (int64_t row = rows.first; row < rows.last; ++row) {
          body(i * w_.kernelWidth + j, row, row * w_.strideHeight + down, columns,
               columns.first * w_.strideWidth + right);
        }
      }
    }
  }

  template <typename Body>
  void forImages(const Body& body) const {
    parallelFor(w_.batch, omp_get_max_threads(), [&](int64_t begin, int64_t end) {
      for (int64_t image = begin; image < end; ++image) body(image);
    });
  }

  int64_t inPixels() const { return pixels(w_.inHeight, w_.inWidth); }
  int64_t outPixels() const { return pixels(w_.outHeight, w_.outWidth); }

  const Window w_;
  const int64_t planes_, terms_;
};

class FewChannelConvolution : public FewChannels {
 public:
  FewChannelConvolution(const Window& window, bool hasBias, const Epilogue& epilogue)
      : FewChannels(window, window.outChannels, pixels(window.outHeight, window.outWidth),
                    pixels(window.inHeight, window.inWidth)),
        hasBias_(hasBias),
        epilogue_(epilogue) {}

  void run(const Buffers& b) override {
    const float* x = b.f32(0);
    const float* kernel = transposed(b.f32(1));
    Epilogue epilogue = epilogue_;
    size_t next = 2;
    if (hasBias_) epilogue.bias = b.f32(next++);
    if (epilogue.activation == Activation::prelu) epilogue.slopes = b.f32(next++);
    float* y = b.f32(next);
    const int64_t channels = w_.outChannels, rows = w_.kernelSize() * channels;
    forImages([&](int64_t image) {
      float* planes = work();
      const float* terms = products(kernel, rows, x + image * inPixels() * w_.inChannels,
                                    inPixels(), w_.inChannels, planes + planes_);
      float* out = y + image * outPixels() * channels;
      float* sums = channels == 1 ? out : planes;
      add(terms, sums);
      if (channels > 1) interleave(sums, outPixels(), channels, out);
      epilogue.apply(out, outPixels(), channels);
    });
  }

 private:
  // [positions, in, out] as [positions, out, in]
  const float* transposed(const float* kernel) const {
    if (w_.outChannels == 1) return kernel;
    const int64_t in = w_.inChannels, out = w_.outChannels;
    float* result = static_cast<float*>(sharedScratch(w_.kernelSize() * in * out * sizeof(float)));
    for (int64_t position = 0; position < w_.kernelSize(); ++position) {
      const float* from = kernel + position * in * out;
      float* to = result + position * in * out;
      for (int64_t i = 0; i < in; ++i) {
        for (int64_t o = 0; o < out; ++o) to[o * in + i] = from[i * out + o];
      }
    }
    return result;
  }

  void add(const float* terms, float* planes) const {
    std::fill_n(planes, w_.outChannels * outPixels(), 0.0f);
    forRuns([&](int64_t position, int64_t row, int64_t inRow, Run columns, int64_t inColumn) {
      for (int64_t c = 0; c < w_.outChannels; ++c) {
        const float* from =
            terms + (position * w_.outChannels + c) * inPixels() + inRow * w_.inWidth + inColumn;
        float* to = planes + c * outPixels() + row * w_.outWidth + columns.first;
        const int64_t count = columns.last - columns.first;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) to[i] += from[i];
      }
    });
  }

  bool hasBias_;
  Epilogue epilogue_;
};

class FewChannelInputGradient : public FewChannels {
 public:
  explicit FewChannelInputGradient(const Window& window)
      : FewChannels(window, window.inChannels, pixels(window.inHeight, window.inWidth),
                    pixels(window.outHeight, window.outWidth)) {}

  void run(const Buffers& b) override {
    const float *dy = b.f32(0), *kernel = b.f32(1);
    float* dx = b.f32(2);
    const int64_t channels = w_.inChannels, rows = w_.kernelSize() * channels;
    forImages([&](int64_t image) {
      float* planes = work();
      const float* terms = products(kernel, rows, dy + image * outPixels() * w_.outChannels,
                                    outPixels(), w_.outChannels, planes + planes_);
      float* out = dx + image * inPixels() * channels;
      float* sums = channels == 1 ? out : planes;
      add(terms, sums);
      if (channels > 1) interleave(sums, inPixels(), channels, out);
    });
  }

 private:
  void add(const float* terms, float* planes) const {
    std::fill_n(planes, w_.inChannels * inPixels(), 0.0f);
    forRuns([&](int64_t position, int64_t row, int64_t inRow, Run columns, int64_t inColumn) {
      const int64_t stride = w_.strideWidth, count = columns.last - columns.first;
      for (int64_t c = 0; c < w_.inChannels; ++c) {
        const float* from = terms + (position * w_.inChannels + c) * outPixels() +
                            row * w_.outWidth + columns.first;
        float* to = planes + c * inPixels() + inRow * w_.inWidth + inColumn;
        if (stride == 1) {
#pragma omp simd
          for (int64_t i = 0; i < count; ++i) to[i] += from[i];
        } else {
          for (int64_t i = 0; i < count; ++i) to[i * stride] += from[i];
        }
      }
    });
  }
};

}  // namespace

std::unique_ptr<Op> fewChannelConvolution(const Window& window, bool hasBias,
                                          const Epilogue& epilogue) {
  // Only with stride 1 is every product of a pixel and a position used.
  const bool dense = window.strideHeight == 1 && window.strideWidth == 1;
  if (!dense || window.outChannels > kFew || window.inChannels < 4) return nullptr;
  return std::make_unique<FewChannelConvolution>(window, hasBias, epilogue);
}

std::unique_ptr<Op> fewChannelInputGradient(const Window& window) {
  if (window.inChannels > kFew || window.outChannels < 4) return nullptr;
  return std::make_unique<FewChannelInputGradient>(window);
}

bool mirrorsKernelGradient(const Window& w) {
  return w.strideHeight == 1 && w.strideWidth == 1 && w.outChannels <= kFewMirrored &&
         w.inChannels > w.outChannels && mirrored(w).padTop >= 0 && mirrored(w).padLeft >= 0;
}

Window mirrored(const Window& w) {
  Window result = w;
  std::swap(result.inHeight, result.outHeight);
  std::swap(result.inWidth, result.outWidth);
  std::swap(result.inChannels, result.outChannels);
  result.padTop = (w.kernelHeight - 1) * w.dilationHeight - w.padTop;
  result.padLeft = (w.kernelWidth - 1) * w.dilationWidth - w.padLeft;
  return result;
}

}  // namespace notegrad
