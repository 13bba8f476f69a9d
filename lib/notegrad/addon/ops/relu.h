// The derivative of ReLU and leaky ReLU.
#pragma once

namespace notegrad {

// At the input y or, which is the same, the output; NaN where y is, as tfjs's `step`.
inline float reluSlope(float y, float below) { return y > 0.0f ? 1.0f : y <= 0.0f ? below : y; }

}  // namespace notegrad
