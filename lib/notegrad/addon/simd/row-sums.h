// Sums over the rows of a matrix.
#pragma once

#include <algorithm>

#include "simd/scratch.h"
#include "simd/slices.h"

namespace notegrad {

// The sum of every term over the rows, in the shared scratch. accumulate(row, sums) adds a row's
// terms. Floats are summed over short blocks and those sums in double precision; a part a thread,
// added in a fixed order, makes a repeated run give the same bits.
template <typename Accumulate>
double* rowSums(int64_t rows, int64_t terms, const Accumulate& accumulate) {
  constexpr int64_t kBlockRows = 64;
  const int64_t parts = rows * terms < kCheap ? 1 : omp_get_max_threads();
  double* sums = static_cast<double*>(sharedScratch(parts * terms * sizeof(double)));
  std::fill_n(sums, parts * terms, 0.0);
  parallelParts(parts, [&](int64_t first, int64_t threads) {
    float* block = static_cast<float*>(threadScratch(terms * sizeof(float)));
    for (int64_t part = first; part < parts; part += threads) {
      double* partSums = sums + part * terms;
      const int64_t end = rows * (part + 1) / parts;
      for (int64_t begin = rows * part / parts; begin < end; begin += kBlockRows) {
        std::fill_n(block, terms, 0.0f);
        const int64_t blockEnd = std::min(begin + kBlockRows, end);
        for (int64_t row = begin; row < blockEnd; ++row) accumulate(row, block);
        for (int64_t i = 0; i < terms; ++i) partSums[i] += block[i];
      }
    }
  });
  for (int64_t part = 1; part < parts; ++part) {
    for (int64_t i = 0; i < terms; ++i) sums[i] += sums[part * terms + i];
  }
  return sums;
}

}  // namespace notegrad
