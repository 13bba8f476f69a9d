// gather: x as [batch, outer, length, slice], indices (int32) as [batch, count], output as
// [batch, outer, count, slice]; params [bytes a slice, batch, outer, length, count].
// unsortedSegmentSum: x as [rows, width], segment of each row (int32), output as [segments, width];
// params [rows, width, segments]. Rows of no segment are left out.
#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

#include "binding/op.h"
#include "simd/slices.h"

namespace notegrad {
namespace {

class Gather : public Op {
 public:
  explicit Gather(const GatherParams& params)
      : bytes_(params.bytes),
        batch_(params.batch),
        outer_(params.outer),
        length_(params.length),
        count_(params.count) {}

  void run(const Buffers& buffers) override {
    const uint8_t* x = buffers.u8(0);
    const int32_t* indices = buffers.i32(1);
    uint8_t* y = buffers.u8(2);
    checkIndices(indices);
    parallelRows(batch_ * outer_ * count_, bytes_ / 4, [=](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        const int64_t block = i / count_;  // batch and outer together
        const int64_t index = indices[block / outer_ * count_ + i % count_];
        std::memcpy(y + i * bytes_, x + (block * length_ + index) * bytes_, bytes_);
      }
    });
  }

 private:
  void checkIndices(const int32_t* indices) const {
    for (int64_t i = 0; i < batch_ * count_; i++) {
      if (indices[i] >= 0 && indices[i] < length_) continue;
      throw std::runtime_error("GatherV2: the index value " + std::to_string(indices[i]) +
                               " is not in [0, " + std::to_string(length_ - 1) + "]");
    }
  }

  int64_t bytes_, batch_, outer_, length_, count_;
};

class UnsortedSegmentSum : public Op {
 public:
  explicit UnsortedSegmentSum(const SegmentSumParams& params)
      : rows_(params.rows), width_(params.width), segments_(params.segments) {}

  // Threads share the columns, so that every sum is made in the order of the rows.
  void run(const Buffers& buffers) override {
    const float* x = buffers.f32(0);
    const int32_t* segments = buffers.i32(1);
    float* y = buffers.f32(2);
    const int64_t worthThreads = std::max<int64_t>(32, kCheap / (rows_ + segments_));
    parallelFor(width_, worthThreads, [=](int64_t begin, int64_t end) {
      for (int64_t segment = 0; segment < segments_; segment++) {
        std::fill(y + segment * width_ + begin, y + segment * width_ + end, 0.f);
      }
      for (int64_t row = 0; row < rows_; row++) {
        const int64_t segment = segments[row];
        if (segment < 0 || segment >= segments_) continue;
        const float* from = x + row * width_;
        float* to = y + segment * width_;
#pragma omp simd
        for (int64_t i = begin; i < end; i++) to[i] += from[i];
      }
    });
  }

 private:
  int64_t rows_, width_, segments_;
};

Signature gatherSignature(const GatherParams& params) {
  const auto& [bytes, batch, outer, length, count] = params;
  return {
      {rawBytes(elementCount({batch, outer, length, bytes})), ints(elementCount({batch, count}))},
      {rawBytes(elementCount({batch, outer, count, bytes}))}};
}

Signature segmentSumSignature(const SegmentSumParams& params) {
  const auto& [rows, width, segments] = params;
  return {{floats(elementCount({rows, width})), ints(rows)},
          {floats(elementCount({segments, width}))}};
}

template <typename Operation, typename Named>
std::unique_ptr<Op> prepare(const Named& params) {
  return std::make_unique<Operation>(params);
}

Registration registerGather("gather", gatherSignature, prepare<Gather, GatherParams>);
Registration registerSegmentSum("unsortedSegmentSum", segmentSumSignature,
                                prepare<UnsortedSegmentSum, SegmentSumParams>);

}  // namespace
}  // namespace notegrad
