// The result of an operation over nothing, such as an empty batch.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "binding/op.h"

namespace notegrad {

class Zeros : public Op {
 public:
  // Buffers by place, and how many values each holds.
  explicit Zeros(std::vector<std::pair<size_t, int64_t>> outputs) : outputs_(std::move(outputs)) {}

  void run(const Buffers& b) override {
    for (const auto& [place, count] : outputs_) {
      if (count > 0) std::fill_n(b.f32(place), count, 0.0f);
    }
  }

 private:
  std::vector<std::pair<size_t, int64_t>> outputs_;
};

inline std::unique_ptr<Op> zeros(std::vector<std::pair<size_t, int64_t>> outputs) {
  return std::make_unique<Zeros>(std::move(outputs));
}

}  // namespace notegrad
