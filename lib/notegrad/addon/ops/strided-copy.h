// Copying elements between two arrangements of axes: what transpose, slice, reverse, tile and the
// inside of a padding are.
#pragma once

#include <cstdint>
#include <vector>

namespace notegrad {

class StridedCopy {
 public:
  struct Axis {
    int64_t length, from, to;  // how many elements, and the strides of the source and the target
  };

  // Of `axes`, the last one's elements lie closest together in the target.
  StridedCopy(const std::vector<Axis>& axes, int64_t bytes);

  // Both point to the first element.
  void run(const void* from, void* to) const;

 private:
  template <typename T>
  void runAs(const T* from, T* to) const;
  template <typename T>
  void runRows(const T* from, T* to) const;
  template <typename T>
  void runPlanes(const T* from, T* to) const;
  template <typename Visit>
  void forOuter(int64_t begin, int64_t end, Visit visit) const;

  std::vector<Axis> outer_;  // all but the last and, where planes are transposed, `across_`
  Axis last_{1, 1, 1};
  Axis across_{1, 0, 0};  // the axis along which the source is contiguous, if that is not the last
  bool transposes_ = false;
  int64_t outerCount_ = 1, bytes_;
};

}  // namespace notegrad
