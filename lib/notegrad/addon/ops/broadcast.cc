#include "ops/broadcast.h"

#include <algorithm>
#include <stdexcept>

namespace notegrad {

Shapes::Shapes(const std::vector<int64_t>& ofA, const std::vector<int64_t>& ofB) : a(ofA), b(ofB) {
  for (size_t axis = 0; axis < a.size(); axis++) {
    if (a[axis] != b[axis] && a[axis] != 1 && b[axis] != 1) {
      throw std::runtime_error("axes of " + std::to_string(a[axis]) + " and " +
                               std::to_string(b[axis]) + " elements do not go together");
    }
    joined.push_back(a[axis] == 1 ? b[axis] : a[axis]);
  }
}

Broadcast::Broadcast(const Shapes& shapes) : size_(1) {
  int64_t aStride = 1, bStride = 1;
  for (size_t axis = shapes.joined.size(); axis-- > 0;) {  // innermost first
    const int64_t a = shapes.a[axis], b = shapes.b[axis], length = shapes.joined[axis];
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
