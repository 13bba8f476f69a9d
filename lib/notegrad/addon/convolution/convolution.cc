// Convolution of images, channels last: forward, and the gradients of its input and its kernel.
#include <algorithm>
#include <vector>

#include "binding/zeros.h"
#include "convolution/activation.h"
#include "convolution/convolution-layouts.h"
#include "convolution/few-channels.h"
#include "convolution/first-layer.h"
#include "simd/row-sums.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

// Images a slice, so that what a thread computes is still in its cache when the activation comes.
int64_t imagesPerSlice(const Window& w) {
  constexpr int64_t kCacheValues = 65536;
  const int64_t image = w.outHeight * w.outWidth * w.outChannels;
  int64_t images = std::clamp<int64_t>(kCacheValues / image, 1, w.batch);
  while (w.batch % images != 0) --images;
  return images;
}

// A large kernel is better shared by the threads than read by each of them for its own images.
bool slicesPay(const Window& w, bool hasBias, const Epilogue& epilogue) {
  constexpr int64_t kSmallKernel = 131072;
  const bool isFollowed = hasBias || epilogue.activation != Activation::linear;
  return isFollowed && w.batch > 1 && w.outSize() >= kCheap &&
         w.kernelSize() * w.inChannels * w.outChannels <= kSmallKernel;
}

// The bias is added to the sums, not what they begin with: as it is where nothing is fused.
class Convolution : public Op {
 public:
  Convolution(const Window& window, bool depthwise, bool hasBias, const Epilogue& epilogue)
      : hasBias_(hasBias), channels_(window.outChannels), epilogue_(epilogue) {
    const bool sliced = slicesPay(window, hasBias, epilogue);
    Window slice = window;
    if (sliced) slice.batch = imagesPerSlice(window);
    slices_ = window.batch / slice.batch;
    inStep_ = slice.inSize();
    outStep_ = slice.outSize();

    const size_t threads = sliced ? omp_get_max_threads() : 1;
    const std::unique_ptr<OneThread> oneThread(sliced ? new OneThread : nullptr);
    const ConvolutionLayouts layouts(slice, depthwise, false);
    const auto description = layouts.forward();
    kernel_ = std::make_unique<KernelReorder>(layouts.kernel, description.weights_desc());
    const dnnl::convolution_forward primitive(description);
    while (primitives_.size() < threads) {
      BoundPrimitive& bound = primitives_.emplace_back(primitive, description);
      bound.expect(DNNL_ARG_SRC, layouts.input);
      bound.expect(DNNL_ARG_WEIGHTS, description.weights_desc());
      bound.expect(DNNL_ARG_DST, layouts.output);
    }
  }

  void run(const Buffers& b) override {
    const float* x = b.f32(0);
    const void* kernel = kernel_->theirs(b.f32(1));
    size_t next = 2;
    Epilogue epilogue = epilogue_;
    if (hasBias_) epilogue.bias = b.f32(next++);
    if (epilogue.activation == Activation::prelu) epilogue.slopes = b.f32(next++);
    float* y = b.f32(next);
    if (slices_ == 1) {
      convolve(primitives_[0], x, kernel, y);
      parallelRows(outStep_ / channels_, channels_, [&](int64_t begin, int64_t end) {
        epilogue.apply(y + begin * channels_, end - begin, channels_);
      });
      return;
    }
    parallelParts(primitives_.size(), [&](int64_t part, int64_t parts) {
      const int64_t end = slices_ * (part + 1) / parts;
      for (int64_t slice = slices_ * part / parts; slice < end; ++slice) {
        float* out = y + slice * outStep_;
        convolve(primitives_[part], x + slice * inStep_, kernel, out);
        epilogue.apply(out, outStep_ / channels_, channels_);
      }
    });
  }

 private:
  static void convolve(BoundPrimitive& primitive, const float* x, const void* kernel, float* y) {
    primitive.bind(DNNL_ARG_SRC, x);
    primitive.bind(DNNL_ARG_WEIGHTS, kernel);
    primitive.bind(DNNL_ARG_DST, y);
    primitive.run();
  }

  bool hasBias_;
  int64_t channels_, slices_, inStep_, outStep_;
  Epilogue epilogue_;
  std::unique_ptr<KernelReorder> kernel_;
  std::vector<BoundPrimitive> primitives_;
};

class InputGradient : public Op {
 public:
  InputGradient(const Window& window, bool depthwise)
      : layouts_(window, depthwise, false),
        description_(layouts_.inputGradient()),
        kernel_(layouts_.kernel, description_.weights_desc()),
        primitive_(dnnl::convolution_backward_data(description_), description_) {
    primitive_.expect(DNNL_ARG_DIFF_DST, layouts_.output);
    primitive_.expect(DNNL_ARG_WEIGHTS, description_.weights_desc());
    primitive_.expect(DNNL_ARG_DIFF_SRC, layouts_.input);
  }

  void run(const Buffers& b) override {
    primitive_.bind(DNNL_ARG_DIFF_DST, b.f32(0));
    primitive_.bind(DNNL_ARG_WEIGHTS, kernel_.theirs(b.f32(1)));
    primitive_.bind(DNNL_ARG_DIFF_SRC, b.f32(2));
    primitive_.run();
  }

 private:
  ConvolutionLayouts layouts_;
  dnnl::convolution_backward_data::primitive_desc description_;
  KernelReorder kernel_;
  BoundPrimitive primitive_;
};

class KernelGradient : public Op {
 public:
  KernelGradient(const Window& window, bool depthwise, bool withBias)
      : withBias_(withBias),
        layouts_(window, depthwise, withBias),
        description_(layouts_.kernelGradient()),
        kernel_(layouts_.kernel, description_.diff_weights_desc()),
        primitive_(dnnl::convolution_backward_weights(description_), description_) {
    primitive_.expect(DNNL_ARG_SRC, layouts_.input);
    primitive_.expect(DNNL_ARG_DIFF_DST, layouts_.output);
    primitive_.expect(DNNL_ARG_DIFF_WEIGHTS, description_.diff_weights_desc());
    if (withBias) primitive_.expect(DNNL_ARG_DIFF_BIAS, layouts_.bias);
  }

  void run(const Buffers& b) override {
    void* gradient = kernel_.destination(b.f32(2));
    primitive_.bind(DNNL_ARG_SRC, b.f32(0));
    primitive_.bind(DNNL_ARG_DIFF_DST, b.f32(1));
    primitive_.bind(DNNL_ARG_DIFF_WEIGHTS, gradient);
    if (withBias_) primitive_.bind(DNNL_ARG_DIFF_BIAS, b.f32(3));
    primitive_.run();
    kernel_.bringBack(gradient, b.f32(2));
  }

 private:
  bool withBias_;
  ConvolutionLayouts layouts_;
  dnnl::convolution_backward_weights::primitive_desc description_;
  KernelReorder kernel_;
  BoundPrimitive primitive_;
};

// The kernel's gradient of a convolution to few channels, as that of its mirror.
class MirroredKernelGradient : public Op {
 public:
  MirroredKernelGradient(const Window& window, bool withBias)
      : w_(window), withBias_(withBias), mirror_(mirrored(window), false, false) {}

  void run(const Buffers& b) override {
    const int64_t in = w_.inChannels, out = w_.outChannels, positions = w_.kernelSize();
    gradient_.resize(positions * in * out);
    void* mirrored[] = {b.f32(1), b.f32(0), gradient_.data(), nullptr};
    mirror_.run(Buffers(mirrored));
    float* gradient = b.f32(2);
    for (int64_t position = 0; position < positions; ++position) {
      const float* from = gradient_.data() + (positions - 1 - position) * in * out;
      float* to = gradient + position * in * out;
      for (int64_t i = 0; i < in; ++i) {
        for (int64_t o = 0; o < out; ++o) to[i * out + o] = from[o * in + i];
      }
    }
    if (withBias_) sumBias(b.f32(1), b.f32(3));
  }

 private:
  void sumBias(const float* dy, float* dBias) const {
    const int64_t channels = w_.outChannels;
    const double* sums = rowSums(w_.outSize() / channels, channels, [=](int64_t row, float* block) {
      for (int64_t c = 0; c < channels; ++c) block[c] += dy[row * channels + c];
    });
    for (int64_t c = 0; c < channels; ++c) dBias[c] = static_cast<float>(sums[c]);
  }

  const Window w_;
  const bool withBias_;
  KernelGradient mirror_;
  std::vector<float> gradient_;
};

// The window's images and kernel. A depthwise kernel makes as many channels of each.
struct Sizes {
  int64_t input, kernel, output;

  Sizes(const Window& w, bool depthwise)
      : input(w.inSize()),
        kernel(elementCount({w.kernelSize(), depthwise ? 1 : w.inChannels, w.outChannels})),
        output(w.outSize()) {
    const bool fits = w.inChannels > 0 && (!depthwise || w.outChannels % w.inChannels == 0);
    if (!fits) {
      throw std::runtime_error(std::to_string(w.inChannels) + " channels do not make " +
                               std::to_string(w.outChannels));
    }
  }
};

// x, kernel, [bias], [prelu's slopes] → y
Signature convolutionSignature(const Conv2dParams& params) {
  const Window window(params.window);
  const Sizes sizes(window, params.depthwise);
  Signature signature{{floats(sizes.input), floats(sizes.kernel)}, {floats(sizes.output)}};
  Epilogue::addInputs(params.epilogue, window.outChannels, signature);
  return signature;
}

std::unique_ptr<Op> prepareConvolution(const Conv2dParams& params) {
  const Window window(params.window);
  const bool hasBias = params.epilogue.hasBias;
  const Epilogue epilogue(params.epilogue);
  if (!params.depthwise) {
    if (auto op = firstLayer(window, hasBias, epilogue)) return op;
    if (auto op = fewChannelConvolution(window, hasBias, epilogue)) return op;
  }
  return std::make_unique<Convolution>(window, params.depthwise, hasBias, epilogue);
}

// dy, kernel → dx, of the convolution whose gradient it is. It is the transposed convolution too.
Signature inputGradientSignature(const Conv2dInputGradientParams& params) {
  const Sizes sizes(Window(params.window), params.depthwise);
  return {{floats(sizes.output), floats(sizes.kernel)}, {floats(sizes.input)}};
}

std::unique_ptr<Op> prepareInputGradient(const Conv2dInputGradientParams& params) {
  const Window window(params.window);
  if (window.outSize() == 0) return zeros({{2, window.inSize()}});
  if (!params.depthwise) {
    if (auto op = fewChannelInputGradient(window)) return op;
  }
  return std::make_unique<InputGradient>(window, params.depthwise);
}

// x, dy → dKernel, [dBias]
Signature kernelGradientSignature(const Conv2dKernelGradientParams& params) {
  const Window window(params.window);
  const Sizes sizes(window, params.depthwise);
  Signature signature{{floats(sizes.input), floats(sizes.output)}, {floats(sizes.kernel)}};
  if (params.withBias) signature.outputs.push_back(floats(window.outChannels));
  return signature;
}

std::unique_ptr<Op> prepareKernelGradient(const Conv2dKernelGradientParams& params) {
  const Window window(params.window);
  const bool depthwise = params.depthwise, withBias = params.withBias;
  if (window.inSize() == 0 || window.outSize() == 0) {
    const int64_t channels = depthwise ? 1 : window.inChannels;
    const int64_t kernel = window.kernelSize() * channels * window.outChannels;
    return zeros({{2, kernel}, {3, withBias ? window.outChannels : 0}});
  }
  if (!depthwise && mirrorsKernelGradient(window)) {
    return std::make_unique<MirroredKernelGradient>(window, withBias);
  }
  return std::make_unique<KernelGradient>(window, depthwise, withBias);
}

const Registration convolution("conv2d", convolutionSignature, prepareConvolution);
const Registration inputGradient("conv2dInputGradient", inputGradientSignature,
                                 prepareInputGradient);
const Registration kernelGradient("conv2dKernelGradient", kernelGradientSignature,
                                  prepareKernelGradient);

}  // namespace
}  // namespace notegrad
