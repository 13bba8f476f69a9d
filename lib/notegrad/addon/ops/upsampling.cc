// Images, channels last, brought to another size by the nearest pixel or by bilinear interpolation,
// and the gradients: what an output took from a pixel with some weight comes back with that weight.
#include <algorithm>
#include <cmath>
#include <vector>

#include "binding/op.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

// Where one axis of the output reads: two neighbouring pixels and the weight of the second.
struct Taps {
  std::vector<int64_t> first, second;
  std::vector<float> weight;
};

class Resize : public Op {
 public:
  explicit Resize(const ResizeParams& params)
      : batch_(params.batch),
        inHeight_(params.inHeight),
        inWidth_(params.inWidth),
        channels_(params.channels),
        outHeight_(params.outHeight),
        outWidth_(params.outWidth),
        alignCorners_(params.alignCorners),
        halfPixelCenters_(params.halfPixelCenters) {}

 protected:
  // The pixel nearest to every output's place. Rounding is JavaScript's.
  std::vector<int64_t> nearest(int64_t in, int64_t out) const {
    std::vector<int64_t> places;
    for (int64_t i = 0; i < out; ++i) {
      const double place = scale(in, out) * (halfPixelCenters_ ? i + 0.5 : i);
      const double rounded = std::floor(alignCorners_ ? place + 0.5 : place);
      places.push_back(std::clamp<int64_t>(static_cast<int64_t>(rounded), 0, in - 1));
    }
    return places;
  }

  Taps bilinear(int64_t in, int64_t out) const {
    Taps taps;
    for (int64_t i = 0; i < out; ++i) {
      const double ratio = scale(in, out);
      const double place = halfPixelCenters_ ? ratio * (i + 0.5) - 0.5 : ratio * i;
      const int64_t first = std::clamp<int64_t>(static_cast<int64_t>(std::floor(place)), 0, in - 1);
      taps.first.push_back(first);
      taps.second.push_back(std::clamp<int64_t>(static_cast<int64_t>(std::ceil(place)), 0, in - 1));
      taps.weight.push_back(static_cast<float>(place - first));
    }
    return taps;
  }

  // Images are independent.
  template <typename Body>
  void forImages(const Body& body) const {
    parallelRows(batch_, outSize(), [&](int64_t begin, int64_t end) {
      for (int64_t image = begin; image < end; ++image) body(image);
    });
  }

  int64_t inSize() const { return inHeight_ * inWidth_ * channels_; }
  int64_t outSize() const { return outHeight_ * outWidth_ * channels_; }

  const int64_t batch_, inHeight_, inWidth_, channels_, outHeight_, outWidth_;
  const bool alignCorners_, halfPixelCenters_;

 private:
  double scale(int64_t in, int64_t out) const {
    const bool inner = alignCorners_ && out > 1;
    return static_cast<double>(inner ? in - 1 : in) / static_cast<double>(inner ? out - 1 : out);
  }
};

class Nearest : public Resize {
 public:
  explicit Nearest(const ResizeParams& params)
      : Resize(params),
        rows_(nearest(inHeight_, outHeight_)),
        columns_(nearest(inWidth_, outWidth_)) {}

 protected:
  const std::vector<int64_t> rows_, columns_;
};

class ResizeNearest : public Nearest {
 public:
  using Nearest::Nearest;

  void run(const Buffers& b) override {
    forImages([&](int64_t image) {
      const float* x = b.f32(0) + image * inSize();
      float* y = b.f32(1) + image * outSize();
      const int64_t rowSize = outWidth_ * channels_;
      for (int64_t row = 0; row < outHeight_; ++row) {
        float* out = y + row * rowSize;
        if (row > 0 && rows_[row] == rows_[row - 1]) {
          std::copy_n(out - rowSize, rowSize, out);
          continue;
        }
        const float* in = x + rows_[row] * inWidth_ * channels_;
        for (int64_t column = 0; column < outWidth_; ++column) {
          std::copy_n(in + columns_[column] * channels_, channels_, out + column * channels_);
        }
      }
    });
  }
};

class ResizeNearestGradient : public Nearest {
 public:
  using Nearest::Nearest;

  void run(const Buffers& b) override {
    forImages([&](int64_t image) {
      const float* dy = b.f32(0) + image * outSize();
      float* dx = b.f32(1) + image * inSize();
      std::fill_n(dx, inSize(), 0.0f);
      for (int64_t row = 0; row < outHeight_; ++row) {
        float* down = dx + rows_[row] * inWidth_ * channels_;
        for (int64_t column = 0; column < outWidth_; ++column) {
          const float* up = dy + (row * outWidth_ + column) * channels_;
          float* pixel = down + columns_[column] * channels_;
#pragma omp simd
          for (int64_t c = 0; c < channels_; ++c) pixel[c] += up[c];
        }
      }
    });
  }
};

class Bilinear : public Resize {
 public:
  explicit Bilinear(const ResizeParams& params)
      : Resize(params),
        rows_(bilinear(inHeight_, outHeight_)),
        columns_(bilinear(inWidth_, outWidth_)) {}

 protected:
  // Calls body(first values of the four pixels, of the output, weights of the lower row and of the
  // right column) for every output pixel of an image.
  template <typename Body>
  void forPixels(const Body& body) const {
    for (int64_t row = 0; row < outHeight_; ++row) {
      const int64_t top = rows_.first[row] * inWidth_, bottom = rows_.second[row] * inWidth_;
      for (int64_t column = 0; column < outWidth_; ++column) {
        const int64_t left = columns_.first[column], right = columns_.second[column];
        body((top + left) * channels_, (top + right) * channels_, (bottom + left) * channels_,
             (bottom + right) * channels_, (row * outWidth_ + column) * channels_,
             rows_.weight[row], columns_.weight[column]);
      }
    }
  }

  const Taps rows_, columns_;
};

class ResizeBilinear : public Bilinear {
 public:
  using Bilinear::Bilinear;

  void run(const Buffers& b) override {
    forImages([&](int64_t image) {
      const float* x = b.f32(0) + image * inSize();
      float* y = b.f32(1) + image * outSize();
      forPixels([&](int64_t topLeft, int64_t topRight, int64_t bottomLeft, int64_t bottomRight,
                    int64_t out, float down, float right) {
#pragma omp simd
        for (int64_t c = 0; c < channels_; ++c) {
          const float top = x[topLeft + c] + (x[topRight + c] - x[topLeft + c]) * right;
          const float bottom = x[bottomLeft + c] + (x[bottomRight + c] - x[bottomLeft + c]) * right;
          y[out + c] = top + (bottom - top) * down;
        }
      });
    });
  }
};

class ResizeBilinearGradient : public Bilinear {
 public:
  using Bilinear::Bilinear;

  void run(const Buffers& b) override {
    forImages([&](int64_t image) {
      const float* dy = b.f32(0) + image * outSize();
      float* dx = b.f32(1) + image * inSize();
      std::fill_n(dx, inSize(), 0.0f);
      const auto add = [&](int64_t to, int64_t from, float weight) {
#pragma omp simd
        for (int64_t c = 0; c < channels_; ++c) dx[to + c] += weight * dy[from + c];
      };
      forPixels([&](int64_t topLeft, int64_t topRight, int64_t bottomLeft, int64_t bottomRight,
                    int64_t out, float down, float right) {
        add(topLeft, out, (1 - down) * (1 - right));
        add(topRight, out, (1 - down) * right);
        add(bottomLeft, out, down * (1 - right));
        add(bottomRight, out, down * right);
      });
    });
  }
};

BufferSpec inImages(const ResizeParams& params) {
  return floats(elementCount({params.batch, params.inHeight, params.inWidth, params.channels}));
}

BufferSpec outImages(const ResizeParams& params) {
  return floats(elementCount({params.batch, params.outHeight, params.outWidth, params.channels}));
}

Signature forwardSignature(const ResizeParams& params) {
  return {{inImages(params)}, {outImages(params)}};
}

Signature backwardSignature(const ResizeParams& params) {
  return {{outImages(params)}, {inImages(params)}};
}

template <typename Kind>
std::unique_ptr<Op> prepare(const ResizeParams& params) {
  return std::make_unique<Kind>(params);
}

// x → y
const Registration resizeNearest("resizeNearestNeighbor", forwardSignature, prepare<ResizeNearest>);
const Registration resizeBilinear("resizeBilinear", forwardSignature, prepare<ResizeBilinear>);
// dy → dx
const Registration resizeNearestGradient("resizeNearestNeighborGrad", backwardSignature,
                                         prepare<ResizeNearestGradient>);
const Registration resizeBilinearGradient("resizeBilinearGrad", backwardSignature,
                                          prepare<ResizeBilinearGradient>);

}  // namespace
}  // namespace notegrad
