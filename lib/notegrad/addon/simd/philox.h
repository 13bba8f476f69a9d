// Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011): four random
// words for each value of a counter, so that any part of a sequence can be made by itself. The same
// in JavaScript: src/engine/philox.ts.
#pragma once

#include <cstdint>

namespace notegrad::philox {

constexpr int64_t kLanes = 16;

// Words of kLanes counters that follow one another, in planes: words[j][lane].
struct Words {
  uint32_t planes[4][kLanes];
};

// `counter` counts from `first` in its lower half; the upper half is `draw`.
inline Words words(uint64_t key, uint64_t draw, uint64_t first) {
  Words out;
#pragma omp simd
  for (int64_t lane = 0; lane < kLanes; lane++) {
    const uint64_t counter = first + static_cast<uint64_t>(lane);
    uint32_t c0 = static_cast<uint32_t>(counter), c1 = static_cast<uint32_t>(counter >> 32);
    uint32_t c2 = static_cast<uint32_t>(draw), c3 = static_cast<uint32_t>(draw >> 32);
    uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
    for (int round = 0; round < 10; round++) {
      const uint64_t p0 = uint64_t{0xd2511f53} * c0, p1 = uint64_t{0xcd9e8d57} * c2;
      const uint32_t next0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
      const uint32_t next2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
      c1 = static_cast<uint32_t>(p1);
      c3 = static_cast<uint32_t>(p0);
      c0 = next0;
      c2 = next2;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    out.planes[0][lane] = c0;
    out.planes[1][lane] = c1;
    out.planes[2][lane] = c2;
    out.planes[3][lane] = c3;
  }
  return out;
}

}  // namespace notegrad::philox
