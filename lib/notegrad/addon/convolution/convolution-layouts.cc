#include "convolution/convolution-layouts.h"

namespace notegrad {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::prop_kind;

namespace {

constexpr auto kFloat = memory::data_type::f32;

memory::desc images(int64_t batch, int64_t height, int64_t width, int64_t channels) {
  return {{batch, channels, height, width}, kFloat, memory::format_tag::nhwc};
}

}  // namespace

ConvolutionLayouts::ConvolutionLayouts(const Window& w, bool depthwise, bool hasBias)
    : input(images(w.batch, w.inHeight, w.inWidth, w.inChannels)),
      output(images(w.batch, w.outHeight, w.outWidth, w.outChannels)),
      strides{w.strideHeight, w.strideWidth},
      dilations{w.dilationHeight - 1, w.dilationWidth - 1},
      padBefore{w.padTop, w.padLeft},
      padAfter{w.padBottom(), w.padRight()} {
  const memory::dims dims =
      depthwise ? memory::dims{w.inChannels, w.outChannels / w.inChannels, 1, w.kernelHeight,
                               w.kernelWidth}
                : memory::dims{w.outChannels, w.inChannels, w.kernelHeight, w.kernelWidth};
  // [height, width, in, multiplier] read as groups of `multiplier` kernels of one channel.
  const memory::dims groups{dims[1], 1, 1, w.kernelWidth * w.outChannels, w.outChannels};
  kernel = depthwise ? memory::desc(dims, kFloat, groups)
                     : memory::desc(dims, kFloat, memory::format_tag::hwio);
  anyKernel = memory::desc(dims, kFloat, memory::format_tag::any);
  if (hasBias) bias = memory::desc({w.outChannels}, kFloat, memory::format_tag::x);
}

dnnl::convolution_forward::primitive_desc ConvolutionLayouts::forward() const {
  return describe<dnnl::convolution_forward>(prop_kind::forward_training,
                                             algorithm::convolution_direct, input, anyKernel, bias,
                                             output, strides, dilations, padBefore, padAfter);
}

dnnl::convolution_backward_data::primitive_desc ConvolutionLayouts::inputGradient() const {
  return describeGradient<dnnl::convolution_backward_data>(forward(), algorithm::convolution_direct,
                                                           input, anyKernel, output, strides,
                                                           dilations, padBefore, padAfter);
}

dnnl::convolution_backward_weights::primitive_desc ConvolutionLayouts::kernelGradient() const {
  return describeGradient<dnnl::convolution_backward_weights>(
      forward(), algorithm::convolution_direct, input, anyKernel, bias, output, strides, dilations,
      padBefore, padAfter);
}

KernelReorder::KernelReorder(const memory::desc& ours, const memory::desc& theirs)
    : needed_(ours != theirs),
      bytes_(theirs.get_size()),
      ours_(ours, dnnlEngine(), DNNL_MEMORY_NONE),
      theirs_(theirs, dnnlEngine(), DNNL_MEMORY_NONE) {
  if (!needed_) return;
  reorder_ = dnnl::reorder(ours_, theirs_);
  back_ = dnnl::reorder(theirs_, ours_);
}

const void* KernelReorder::theirs(const float* ours) {
  if (!needed_) return ours;
  void* result = sharedScratch(bytes_);
  ours_.set_data_handle(const_cast<float*>(ours));
  theirs_.set_data_handle(result);
  reorder_.execute(dnnlStream(), ours_, theirs_);
  return result;
}

void* KernelReorder::destination(float* ours) const {
  return needed_ ? sharedScratch(bytes_) : ours;
}

void KernelReorder::bringBack(void* theirs, float* ours) {
  if (!needed_) return;
  theirs_.set_data_handle(theirs);
  ours_.set_data_handle(ours);
  back_.execute(dnnlStream(), theirs_, ours_);
}

}  // namespace notegrad
