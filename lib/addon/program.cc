#include "program.h"

#include <chrono>

namespace notegrad {

void Program::add(std::shared_ptr<Op> op, const std::vector<uint32_t>& slots) {
  if (slots.size() > arguments_.size()) arguments_.resize(slots.size());
  calls_.push_back({std::move(op), slots});
}

void Program::runCall(const Call& call) {
  for (size_t i = 0; i < call.slots.size(); i++) arguments_[i] = slots_[call.slots[i]];
  call.op->run(Buffers(arguments_.data()));
}

void Program::run() {
  for (const Call& call : calls_) runCall(call);
}

std::vector<double> Program::profile() {
  using Clock = std::chrono::steady_clock;
  std::vector<double> milliseconds;
  for (const Call& call : calls_) {
    const auto start = Clock::now();
    runCall(call);
    milliseconds.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  return milliseconds;
}

}  // namespace notegrad
