// Prepared operations, kept by what they were prepared for: preparing (a oneDNN primitive is
// compiled for its shapes) costs far more than running.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "op.h"

namespace notegrad {

class PreparedOps {
 public:
  // The least recently used are forgotten when there are more than `limit`.
  explicit PreparedOps(size_t limit) : limit_(limit) {}

  // The operation `id` prepared for `params`. The reference is valid until the next call.
  const std::shared_ptr<Op>& get(size_t id, const Params& params, const double* values);

  size_t size() const { return recent_.size(); }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<Op> op;
  };
  using Entries = std::list<Entry>;

  size_t limit_;
  Entries recent_;  // the most recently used first
  std::unordered_map<std::string, Entries::iterator> byKey_;
  std::string key_;
};

}  // namespace notegrad
