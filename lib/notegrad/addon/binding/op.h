// What every native operation is: prepared once for its parameters (shapes, strides, …), then run
// many times on buffers, by the backend call by call or by a recorded program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "binding/operations.h"
#include "binding/signature.h"

namespace notegrad {

// The operation's inputs, then its outputs.
class Buffers {
 public:
  explicit Buffers(void* const* data) : data_(data) {}
  template <typename T>
  T* of(size_t i) const {
    return static_cast<T*>(data_[i]);
  }
  float* f32(size_t i) const { return of<float>(i); }
  int32_t* i32(size_t i) const { return of<int32_t>(i); }
  uint8_t* u8(size_t i) const { return of<uint8_t>(i); }

 private:
  void* const* data_;
};

class Op {
 public:
  virtual ~Op() = default;
  // The buffers are those of the operation's signature.
  virtual void run(const Buffers& buffers) = 0;
};

// Refuses parameters that make no sense; for all others says what the buffers must be.
using SignatureOf = std::function<Signature(const Params&)>;
// Of parameters with a signature, at least one of whose outputs is not empty.
using Prepare = std::function<std::unique_ptr<Op>(const Params&)>;

// Makes an operation known to the backend by name, with what of operations.h it takes. Used at
// namespace scope:
//   static Registration matmul("matMul", matMulSignature, prepareMatMul);
struct Registration {
  template <typename Named>
  Registration(const char* name, Signature (*signature)(const Named&),
               std::unique_ptr<Op> (*prepare)(const Named&))
      : Registration(
            name, [=](const Params& params) { return signature(Named(params)); },
            [=](const Params& params) { return prepare(Named(params)); }) {}

 private:
  Registration(const char* name, SignatureOf signature, Prepare prepare);
};

}  // namespace notegrad
