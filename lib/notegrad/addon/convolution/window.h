// A kernel's windows over a batch of images, channels last: the geometry that convolution and
// pooling share.
#pragma once

#include <algorithm>

#include "binding/op.h"

namespace notegrad {

struct Window : WindowParams {
  explicit Window(const WindowParams& params) : WindowParams(params) {
    check("rows", outHeight, strideHeight, kernelHeight, dilationHeight, inHeight, padTop);
    check("columns", outWidth, strideWidth, kernelWidth, dilationWidth, inWidth, padLeft);
  }

  int64_t inSize() const { return elementCount({batch, inHeight, inWidth, inChannels}); }
  int64_t outSize() const { return elementCount({batch, outHeight, outWidth, outChannels}); }
  bool isUndilated() const { return dilationHeight == 1 && dilationWidth == 1; }
  int64_t kernelSize() const { return kernelHeight * kernelWidth; }

  // What the windows reach beyond the image's end, whatever padding was asked for.
  int64_t padBottom() const {
    return reach(outHeight, strideHeight, kernelHeight, dilationHeight, inHeight, padTop);
  }
  int64_t padRight() const {
    return reach(outWidth, strideWidth, kernelWidth, dilationWidth, inWidth, padLeft);
  }

 private:
  // The windows must be all that fit the padded image.
  static void check(const char* what, int64_t windows, int64_t stride, int64_t kernel,
                    int64_t dilation, int64_t length, int64_t pad) {
    const int64_t extent = (kernel - 1) * dilation + 1, last = (windows - 1) * stride + extent;
    if (last <= INT_MAX && length + pad - last < stride) return;
    throw std::runtime_error("the windows do not fit the image's " + std::string(what));
  }

  static int64_t reach(int64_t windows, int64_t stride, int64_t kernel, int64_t dilation,
                       int64_t length, int64_t pad) {
    const int64_t last = (windows - 1) * stride + (kernel - 1) * dilation + 1;
    return std::max<int64_t>(0, last - length - pad);
  }
};

}  // namespace notegrad
