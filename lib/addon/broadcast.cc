#include "broadcast.h"

#include <algorithm>
#include <stdexcept>

namespace notegrad {

Broadcast::Broadcast(const Params& params, size_t first) : size_(1) {
  const size_t rank = params.integer(first);
  if (rank > kMostAxes) throw std::runtime_error("more than 16 axes");
  int64_t aStride = 1, bStride = 1;
  for (size_t axis = rank; axis-- > 0;) {  // innermost first
    const int64_t a = params.integer(first + 1 + axis), b = params.integer(first + 1 + rank + axis);
    const int64_t length = a == 1 ? b : a;
    if (length == 1) continue;
    const int64_t aStep = a == 1 ? 0 : aStride, bStep = b == 1 ? 0 : bStride;
    size_ *= length;
    aStride *= a;
    bStride *= b;
    const bool continues = !lengths_.empty() && aStep == aStrides_.back() * lengths_.back() &&
                           bStep == bStrides_.back() * lengths_.back();
    if (continues) {
      lengths_.back() *= length;
    } else {
      lengths_.push_back(length);
      aStrides_.push_back(aStep);
      bStrides_.push_back(bStep);
    }
  }
  if (lengths_.empty()) {
    lengths_ = {1};
    aStrides_ = {1};
    bStrides_ = {1};
  }
  std::reverse(lengths_.begin(), lengths_.end());
  std::reverse(aStrides_.begin(), aStrides_.end());
  std::reverse(bStrides_.begin(), bStrides_.end());
}

}  // namespace notegrad
