// Splitting a loop among the OpenMP threads that oneDNN and OpenBLAS use too.
#pragma once

#include <omp.h>

#include <atomic>
#include <cstdint>
#include <exception>

namespace notegrad {

// From how many values on a loop is worth waking the other threads: a few instructions a value,
// or an elementary function.
constexpr int64_t kCheap = 32768;
constexpr int64_t kCostly = 4096;

// An exception that leaves an OpenMP region ends the process: this one takes the first that any
// thread throws out of it.
class RegionError {
 public:
  template <typename Body>
  void guard(const Body& body) noexcept {
    try {
      body();
    } catch (...) {
      if (!taken_.test_and_set()) error_ = std::current_exception();
    }
  }

  // On the calling thread, after the region.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::atomic_flag taken_ = ATOMIC_FLAG_INIT;
  std::exception_ptr error_;
};

// Calls body(part, parts) on up to `most` threads, for each of as many parts as there are threads.
template <typename Body>
void parallelParts(int64_t most, const Body& body) {
  if (most <= 1) {
    body(int64_t{0}, int64_t{1});
    return;
  }
  RegionError error;
#pragma omp parallel num_threads(static_cast <int>(most))
  error.guard([&] {
    body(static_cast<int64_t>(omp_get_thread_num()), static_cast<int64_t>(omp_get_num_threads()));
  });
  error.rethrow();
}

// Calls body(begin, end) on even parts of [0, count), one a thread, if `count` is at least
// `worthThreads`, else once.
template <typename Body>
void parallelFor(int64_t count, int64_t worthThreads, const Body& body) {
  const int64_t threads = omp_get_max_threads();
  if (count < worthThreads || threads == 1 || omp_in_parallel()) {
    body(int64_t{0}, count);
    return;
  }
  parallelParts(threads, [&](int64_t part, int64_t parts) {
    body(count * part / parts, count * (part + 1) / parts);
  });
}

}  // namespace notegrad
