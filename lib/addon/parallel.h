// Splitting a loop among the OpenMP threads that oneDNN and OpenBLAS use too.
#pragma once

#include <omp.h>

#include <cstdint>

namespace notegrad {

// From how many values on a loop is worth waking the other threads: a few instructions a value,
// or an elementary function.
constexpr int64_t kCheap = 32768;
constexpr int64_t kCostly = 4096;

// Calls body(begin, end) on even parts of [0, count), one a thread, if `count` is at least
// `worthThreads`, else once.
template <typename Body>
void parallelFor(int64_t count, int64_t worthThreads, const Body& body) {
  if (count < worthThreads || omp_in_parallel() || omp_get_max_threads() == 1) {
    body(int64_t{0}, count);
    return;
  }
#pragma omp parallel
  {
    const int64_t parts = omp_get_num_threads(), part = omp_get_thread_num();
    body(count * part / parts, count * (part + 1) / parts);
  }
}

}  // namespace notegrad
