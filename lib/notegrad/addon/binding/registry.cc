#include "binding/registry.h"

#include <algorithm>
#include <utility>

namespace notegrad {
namespace {

// Inside a function, so that it exists before the first static Registration, whatever the file.
std::vector<RegisteredOp>& registrations() {
  static std::vector<RegisteredOp> list;
  return list;
}

}  // namespace

Registration::Registration(const char* name, SignatureOf signature, Prepare prepare) {
  registrations().push_back({name, std::move(signature), std::move(prepare)});
}

const std::vector<RegisteredOp>& registeredOps() {
  static const bool sorted = [] {
    std::sort(registrations().begin(), registrations().end(),
              [](const RegisteredOp& a, const RegisteredOp& b) { return a.name < b.name; });
    return true;
  }();
  (void)sorted;
  return registrations();
}

}  // namespace notegrad
