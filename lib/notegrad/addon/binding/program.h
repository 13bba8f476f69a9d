// A recorded list of prepared operations and the buffers they run on, replayed in one call.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "binding/prepared.h"

namespace notegrad {

class Program {
 public:
  explicit Program(size_t slots) : slots_(slots), wanted_(slots) {}

  // `slots` are the places of the operation's inputs, then of its outputs. Throws where another
  // operation wants something else there.
  void add(std::shared_ptr<PreparedOp> op, const std::vector<uint32_t>& slots);

  size_t slotCount() const { return slots_.size(); }

  // The buffer in `slot` from now on, null for none. Throws where it is not what the operations
  // want there. Whoever binds it keeps it alive until another is bound, and where it is.
  void bind(size_t slot, const BufferSpec& given, void* data);
  void unbind(size_t slot) { slots_.at(slot) = {}; }

  void run();
  // Runs once and returns how long each operation took, in milliseconds.
  std::vector<double> profile();

 private:
  struct Call {
    std::shared_ptr<PreparedOp> op;
    std::vector<uint32_t> slots;
  };
  struct Slot {
    void* data = nullptr;
    bool isBound = false;
  };
  // What the operations want in a slot: nothing (yet), or the same of all.
  struct Wanted {
    bool isKnown = false;
    BufferSpec spec{};
  };
  void want(size_t slot, const BufferSpec& spec);
  void checkBound() const;
  void runCall(const Call& call);

  std::vector<Call> calls_;
  std::vector<Slot> slots_;
  std::vector<Wanted> wanted_;
  std::vector<void*> arguments_;
};

}  // namespace notegrad
