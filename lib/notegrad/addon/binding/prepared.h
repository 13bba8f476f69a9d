// Prepared operations, kept by what they were prepared for: preparing (a oneDNN primitive is
// compiled for its shapes) costs far more than running.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "binding/op.h"

namespace notegrad {

struct PreparedOp {
  std::string name;
  Signature signature;
  std::unique_ptr<Op> op;  // null where it has nothing to compute

  void run(const Buffers& buffers) const {
    if (op) op->run(buffers);
  }
};

class PreparedOps {
 public:
  // The least recently used are forgotten when there are more than `limit`.
  explicit PreparedOps(size_t limit) : limit_(limit) {}

  // The operation `id` prepared for `params`, which lie at `values`. What it takes goes through
  // check(signature) first, every time: nothing is prepared for sizes that no buffer has. The
  // reference is valid until the next call.
  template <typename Check>
  const std::shared_ptr<PreparedOp>& get(size_t id, const Params& params, const double* values,
                                         const Check& check) {
    setKey(id, values, params.count());
    if (const auto found = byKey_.find(key_); found != byKey_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
      check(recent_.front().op->signature);
    } else {
      Signature signature = signatureOf(id, params);
      check(signature);
      prepare(id, params, std::move(signature));
    }
    return recent_.front().op;
  }

  size_t size() const { return recent_.size(); }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<PreparedOp> op;
  };
  using Entries = std::list<Entry>;

  void setKey(size_t id, const double* values, size_t count);
  static Signature signatureOf(size_t id, const Params& params);
  // Puts the operation first, under `key_`.
  void prepare(size_t id, const Params& params, Signature signature);

  size_t limit_;
  Entries recent_;  // the most recently used first
  std::unordered_map<std::string, Entries::iterator> byKey_;
  std::string key_;
};

}  // namespace notegrad
