// Convolution of images of one channel, a network's first layer, where oneDNN's kernels wait for
// the input channels that are not there.
#pragma once

#include <memory>

#include "binding/op.h"
#include "convolution/activation.h"
#include "convolution/window.h"

namespace notegrad {

// x, kernel, [bias], [prelu's slopes] → y. Null where oneDNN is quicker.
std::unique_ptr<Op> firstLayer(const Window& window, bool hasBias, const Epilogue& epilogue);

}  // namespace notegrad
