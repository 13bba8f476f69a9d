// How a convolution's tensors lie in memory, and the oneDNN primitives that fit them.
#pragma once

#include "convolution/dnnl-compat.h"
#include "convolution/window.h"

namespace notegrad {

struct ConvolutionLayouts {
  // A depthwise kernel is [height, width, in, multiplier], another [height, width, in, out].
  ConvolutionLayouts(const Window& window, bool depthwise, bool hasBias);

  dnnl::convolution_forward::primitive_desc forward() const;
  dnnl::convolution_backward_data::primitive_desc inputGradient() const;
  dnnl::convolution_backward_weights::primitive_desc kernelGradient() const;

  dnnl::memory::desc input, output, kernel, anyKernel, bias;
  dnnl::memory::dims strides, dilations, padBefore, padAfter;
};

// The way between our layout of a kernel and the one its primitive wants. It is gone at every run,
// because a training step changes the kernel; against the convolution that is next to nothing.
class KernelReorder {
 public:
  KernelReorder(const dnnl::memory::desc& ours, const dnnl::memory::desc& theirs);

  // Our kernel in their layout; it may lie in the shared scratch.
  const void* theirs(const float* ours);

  // Where their kernel may be written, and, when it has been, how it comes into ours.
  void* destination(float* ours) const;
  void bringBack(void* theirs, float* ours);

 private:
  bool needed_;
  size_t bytes_;
  dnnl::memory ours_, theirs_;
  dnnl::reorder reorder_, back_;
};

}  // namespace notegrad
