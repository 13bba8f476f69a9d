#include "binding/program.h"

#include <chrono>
#include <stdexcept>

#include "binding/failure.h"

namespace notegrad {
namespace {

std::string named(size_t slot) { return "slot " + std::to_string(slot); }

}  // namespace

void Program::add(std::shared_ptr<PreparedOp> op, const std::vector<uint32_t>& slots) {
  const Signature& signature = op->signature;
  signature.checkCount(slots.size());
  for (size_t i = 0; i < slots.size(); i++) want(slots[i], signature[i]);
  if (slots.size() > arguments_.size()) arguments_.resize(slots.size());
  calls_.push_back({std::move(op), slots});
}

void Program::want(size_t slot, const BufferSpec& spec) {
  if (slot >= wanted_.size()) throw std::runtime_error("there is no " + named(slot));
  Wanted& wanted = wanted_[slot];
  const bool agrees =
      !wanted.isKnown || Signature::fits(spec, wanted.spec) || Signature::fits(wanted.spec, spec);
  if (!agrees) {
    throw std::runtime_error(named(slot) + " must be " + wanted.spec.text() +
                             " for one operation and " + spec.text() + " for another");
  }
  // What names the type says more than a number of bytes.
  if (!wanted.isKnown || wanted.spec.kind == BufferSpec::Kind::bytes) wanted = {true, spec};
}

void Program::bind(size_t slot, const BufferSpec& given, void* data) {
  const Wanted& wanted = wanted_.at(slot);
  if (wanted.isKnown && !Signature::fits(wanted.spec, given)) {
    throw std::runtime_error(named(slot) + " must be " + wanted.spec.text() + ", not " +
                             given.text());
  }
  slots_[slot] = {data, true};
}

void Program::checkBound() const {
  for (size_t slot = 0; slot < slots_.size(); slot++) {
    if (wanted_[slot].isKnown && !slots_[slot].isBound) {
      throw std::runtime_error("nothing is bound to " + named(slot));
    }
  }
}

void Program::runCall(const Call& call) {
  for (size_t i = 0; i < call.slots.size(); i++) arguments_[i] = slots_[call.slots[i]].data;
  try {
    call.op->run(Buffers(arguments_.data()));
  } catch (...) {
    throw std::runtime_error(call.op->name + ": " + currentReason());
  }
}

void Program::run() {
  checkBound();
  for (const Call& call : calls_) runCall(call);
}

std::vector<double> Program::profile() {
  using Clock = std::chrono::steady_clock;
  checkBound();
  std::vector<double> milliseconds;
  for (const Call& call : calls_) {
    const auto start = Clock::now();
    runCall(call);
    milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  return milliseconds;
}

}  // namespace notegrad
