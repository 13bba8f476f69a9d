// What every native operation is: prepared once for its parameters (shapes, strides, …), then run
// many times on buffers, by the backend call by call or by a recorded program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace notegrad {

// The numbers that an operation is prepared for, in the order its prepare function documents.
class Params {
 public:
  Params(const double* values, size_t count) : values_(values), count_(count) {}
  double operator[](size_t i) const {
    if (i >= count_) throw std::out_of_range("parameter " + std::to_string(i) + " is missing");
    return values_[i];
  }
  int64_t integer(size_t i) const { return static_cast<int64_t>((*this)[i]); }
  size_t count() const { return count_; }

 private:
  const double* values_;
  size_t count_;
};

// The operation's inputs, then its outputs.
class Buffers {
 public:
  explicit Buffers(void* const* data) : data_(data) {}
  float* f32(size_t i) const { return static_cast<float*>(data_[i]); }
  int32_t* i32(size_t i) const { return static_cast<int32_t*>(data_[i]); }
  uint8_t* u8(size_t i) const { return static_cast<uint8_t*>(data_[i]); }
  double* f64(size_t i) const { return static_cast<double*>(data_[i]); }

 private:
  void* const* data_;
};

class Op {
 public:
  virtual ~Op() = default;
  virtual void run(const Buffers& buffers) = 0;
};

using Prepare = std::unique_ptr<Op> (*)(const Params&);

// Makes an operation known to the backend by name. Used at namespace scope:
//   static Registration matmul("matMul", prepareMatMul);
struct Registration {
  Registration(const char* name, Prepare prepare);
};

}  // namespace notegrad
