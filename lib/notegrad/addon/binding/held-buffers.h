// The JavaScript memory that a program keeps pointers into: it must not be collected, and must
// still be there when the program runs.
#pragma once

#include <memory>
#include <vector>

#include "binding/napi.h"

namespace notegrad {

class HeldBuffers {
 public:
  HeldBuffers(napi_env env, size_t slots) : env_(env), bySlot_(slots, nullptr) {}
  ~HeldBuffers();
  HeldBuffers(const HeldBuffers&) = delete;
  HeldBuffers& operator=(const HeldBuffers&) = delete;

  // From now on instead of what the slot held.
  void hold(size_t slot, napi_value typedArray);

  // Throws where a buffer was transferred to another thread, or made shorter.
  void checkPresent() const;

 private:
  struct Held {
    napi_ref reference;
    const void* data;  // null for memory that threads share, which stays where it is
    size_t bytes, slots;
  };
  Held* find(napi_value arrayBuffer);
  void release(Held* held);

  napi_env env_;
  std::vector<Held*> bySlot_;
  std::vector<std::unique_ptr<Held>> all_;
};

}  // namespace notegrad
