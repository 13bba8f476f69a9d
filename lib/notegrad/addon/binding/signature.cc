#include "binding/signature.h"

#include <algorithm>
#include <stdexcept>

namespace notegrad {
namespace {

std::string several(size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

std::string BufferSpec::text() const {
  static const char* const names[] = {"float32", "int32", "bool", "bytes"};
  return std::to_string(length) + " " + names[static_cast<size_t>(kind)];
}

bool Signature::writesNothing() const {
  return std::all_of(outputs.begin(), outputs.end(),
                     [](const BufferSpec& spec) { return spec.length == 0; });
}

void Signature::checkCount(size_t given) const {
  if (given == count()) return;
  throw std::runtime_error("takes " + several(inputs.size(), "input") + " and " +
                           several(outputs.size(), "output") + ", not " + several(given, "buffer"));
}

void Signature::refuse(size_t i, const BufferSpec& given) const {
  const bool isInput = i < inputs.size();
  throw std::runtime_error((isInput ? "input " : "output ") +
                           std::to_string(isInput ? i : i - inputs.size()) + " must be " +
                           (*this)[i].text() + ", not " + given.text());
}

}  // namespace notegrad
