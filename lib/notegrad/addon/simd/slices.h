// Whole images or rows given to the OpenMP threads in even slices.
#pragma once

#include <omp.h>

#include <cstdint>

#include "simd/parallel.h"

namespace notegrad {

// Calls body(begin, end) on slices of [0, count) rows of `size` values each.
template <typename Body>
void parallelRows(int64_t count, int64_t size, const Body& body) {
  const int64_t worthRows = kCheap / (size > 0 ? size : 1) + 1;
  parallelFor(count, worthRows > 2 ? worthRows : 2, body);
}

// While it lives, oneDNN prepares primitives for one thread, to be run inside our own regions.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

}  // namespace notegrad
