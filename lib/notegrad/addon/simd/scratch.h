// Work memory that operations share. Every JavaScript thread has its own, where one operation runs
// at a time; so has every thread that helps it.
#pragma once

#include <cstddef>

namespace notegrad {

// At least `bytes`, aligned for vectors, until the calling thread's next request. The contents are
// undefined. For what all threads of an operation share: taken outside its parallel regions.
void* sharedScratch(size_t bytes);

// The same, and apart from it, for what each thread needs for itself inside a parallel region.
void* threadScratch(size_t bytes);

}  // namespace notegrad
