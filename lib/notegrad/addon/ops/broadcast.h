// How two tensors of broadcastable shapes are walked together: axes of length 1 dropped,
// neighbouring axes along which both tensors advance (or both rest) merged.
#pragma once

#include <cstdint>
#include <vector>

#include "binding/op.h"

namespace notegrad {

// A run of `count` outputs that starts at `out`; the inputs start at `a` and `b`.
struct Run {
  int64_t out, a, b, count;
};

// The lengths of a's and of b's axes, as many (the shorter shape padded with ones in front).
// Refused where they cannot be broadcast to one shape, `joined`.
struct Shapes {
  Shapes(const std::vector<int64_t>& ofA, const std::vector<int64_t>& ofB);

  std::vector<int64_t> a, b, joined;
};

class Broadcast {
 public:
  explicit Broadcast(const Shapes& shapes);

  int64_t size() const { return size_; }
  // How the inputs advance within a run: by one element, or not at all.
  bool aAdvances() const { return aStrides_.back() == 1; }
  bool bAdvances() const { return bStrides_.back() == 1; }

  // Calls visit(run) for the runs that make up outputs [begin, end).
  template <typename Visit>
  void forRuns(int64_t begin, int64_t end, Visit visit) const {
    const size_t outer = lengths_.size() - 1;
    const int64_t inner = lengths_[outer];
    int64_t index[Params::kMostAxes];
    int64_t rest = begin / inner, a = 0, b = 0;
    for (size_t axis = outer; axis-- > 0;) {
      index[axis] = rest % lengths_[axis];
      rest /= lengths_[axis];
      a += index[axis] * aStrides_[axis];
      b += index[axis] * bStrides_[axis];
    }
    int64_t skipped = begin % inner;
    for (int64_t out = begin; out < end;) {
      const int64_t count = inner - skipped < end - out ? inner - skipped : end - out;
      visit(Run{out, a + skipped * aStrides_[outer], b + skipped * bStrides_[outer], count});
      out += count;
      skipped = 0;
      for (size_t axis = outer; axis-- > 0;) {
        a += aStrides_[axis];
        b += bStrides_[axis];
        if (++index[axis] < lengths_[axis]) break;
        a -= index[axis] * aStrides_[axis];
        b -= index[axis] * bStrides_[axis];
        index[axis] = 0;
      }
    }
  }

 private:
  int64_t size_;
  std::vector<int64_t> lengths_, aStrides_, bStrides_;
};

}  // namespace notegrad
