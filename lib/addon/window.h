// A kernel's windows over a batch of images, channels last: the geometry that convolution and
// pooling share.
#pragma once

#include <algorithm>

#include "op.h"

namespace notegrad {

struct Window {
  static constexpr size_t kParams = 15;

  // Params: batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, kernelHeight,
  // kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft.
  explicit Window(const Params& p)
      : batch(p.integer(0)),
        inHeight(p.integer(1)),
        inWidth(p.integer(2)),
        inChannels(p.integer(3)),
        outHeight(p.integer(4)),
        outWidth(p.integer(5)),
        outChannels(p.integer(6)),
        kernelHeight(p.integer(7)),
        kernelWidth(p.integer(8)),
        strideHeight(p.integer(9)),
        strideWidth(p.integer(10)),
        dilationHeight(p.integer(11)),
        dilationWidth(p.integer(12)),
        padTop(p.integer(13)),
        padLeft(p.integer(14)) {}

  int64_t inSize() const { return batch * inHeight * inWidth * inChannels; }
  int64_t outSize() const { return batch * outHeight * outWidth * outChannels; }
  int64_t kernelSize() const { return kernelHeight * kernelWidth; }

  // What the windows reach beyond the image's end, whatever padding was asked for.
  int64_t padBottom() const {
    return reach(outHeight, strideHeight, kernelHeight, dilationHeight, inHeight, padTop);
  }
  int64_t padRight() const {
    return reach(outWidth, strideWidth, kernelWidth, dilationWidth, inWidth, padLeft);
  }

  int64_t batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, kernelHeight,
      kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft;

 private:
  static int64_t reach(int64_t windows, int64_t stride, int64_t kernel, int64_t dilation,
                       int64_t length, int64_t pad) {
    const int64_t last = (windows - 1) * stride + (kernel - 1) * dilation + 1;
    return std::max<int64_t>(0, last - length - pad);
  }
};

}  // namespace notegrad
