// A recorded list of prepared operations and the buffers they run on, replayed in one call.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "op.h"

namespace notegrad {

class Program {
 public:
  explicit Program(std::vector<void*> slots) : slots_(std::move(slots)) {}

  // `slots` are the places of the operation's inputs, then of its outputs.
  void add(std::shared_ptr<Op> op, const std::vector<uint32_t>& slots);
  // The buffer in `slot` from now on. Whoever binds it keeps it alive.
  void bind(size_t slot, void* buffer) { slots_.at(slot) = buffer; }
  void run();
  // Runs once and returns how long each operation took, in milliseconds.
  std::vector<double> profile();

 private:
  struct Call {
    std::shared_ptr<Op> op;
    std::vector<uint32_t> slots;
  };
  void runCall(const Call& call);

  std::vector<Call> calls_;
  std::vector<void*> slots_;
  std::vector<void*> arguments_;
};

}  // namespace notegrad
