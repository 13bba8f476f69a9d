// Convolutions that come down to few channels, where oneDNN's kernels, which take a vector of
// output channels at a time, leave most of the vector idle: a decoder's last layer, a transposed
// convolution to an image, and their kernels' gradients.
#pragma once

#include <memory>

#include "binding/op.h"
#include "convolution/activation.h"
#include "convolution/window.h"

namespace notegrad {

// x, kernel, [bias], [prelu's slopes] → y. Null where oneDNN is quicker.
std::unique_ptr<Op> fewChannelConvolution(const Window& window, bool hasBias,
                                          const Epilogue& epilogue);

// dy, kernel → dx. Null where oneDNN is quicker.
std::unique_ptr<Op> fewChannelInputGradient(const Window& window);

// Whether the kernel's gradient is quicker as that of the convolution the other way round.
bool mirrorsKernelGradient(const Window& window);

// The convolution whose input is this one's output gradient and whose output gradient is this one's
// input. Its kernel's gradient is this one's, mirrored in both directions, with in and out swapped.
Window mirrored(const Window& window);

}  // namespace notegrad
