#include "binding/prepared.h"

#include "binding/registry.h"

namespace notegrad {

void PreparedOps::setKey(size_t id, const double* values, size_t count) {
  key_.assign(reinterpret_cast<const char*>(&id), sizeof id);
  key_.append(reinterpret_cast<const char*>(values), count * sizeof(double));
}

Signature PreparedOps::signatureOf(size_t id, const Params& params) {
  return registeredOps()[id].signature(params);
}

void PreparedOps::prepare(size_t id, const Params& params, Signature signature) {
  auto prepared = std::make_shared<PreparedOp>();
  prepared->name = registeredOps()[id].name;
  if (!signature.writesNothing()) prepared->op = registeredOps()[id].prepare(params);
  prepared->signature = std::move(signature);
  recent_.push_front({key_, std::move(prepared)});
  byKey_.emplace(key_, recent_.begin());
  if (recent_.size() > limit_) {
    byKey_.erase(recent_.back().key);
    recent_.pop_back();
  }
}

}  // namespace notegrad
