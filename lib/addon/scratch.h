// Work memory that operations share: one runs at a time, so none needs its own.
#pragma once

#include <cstddef>

namespace notegrad {

// At least `bytes`, aligned for vectors, until the next request. The contents are undefined.
void* sharedScratch(size_t bytes);

// The same, one for each thread, so that it may be taken inside a parallel region.
void* threadScratch(size_t bytes);

}  // namespace notegrad
