#include "simd/scratch.h"

#include <cstdlib>
#include <memory>
#include <new>

namespace notegrad {
namespace {

constexpr size_t kAlignment = 64;

class Scratch {
 public:
  void* take(size_t bytes) {
    if (bytes > size_) {
      const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
      size_ = 0;
      data_.reset();  // the old block first: both together may not fit
      data_.reset(std::aligned_alloc(kAlignment, rounded));
      if (!data_) throw std::bad_alloc();
      size_ = rounded;
    }
    return data_.get();
  }

 private:
  struct Free {
    void operator()(void* data) const { std::free(data); }
  };
  std::unique_ptr<void, Free> data_;
  size_t size_ = 0;
};

}  // namespace

void* sharedScratch(size_t bytes) {
  thread_local Scratch scratch;
  return scratch.take(bytes);
}

void* threadScratch(size_t bytes) {
  thread_local Scratch scratch;
  return scratch.take(bytes);
}

}  // namespace notegrad
