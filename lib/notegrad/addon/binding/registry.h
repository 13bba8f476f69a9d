// Every operation that was registered at load, in a fixed order: its index is its id.
#pragma once

#include <string>
#include <vector>

#include "binding/op.h"

namespace notegrad {

struct RegisteredOp {
  std::string name;
  SignatureOf signature;
  Prepare prepare;
};

// Sorted by name.
const std::vector<RegisteredOp>& registeredOps();

}  // namespace notegrad
