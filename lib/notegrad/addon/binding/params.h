// The numbers that an operation is prepared for, one after the other, as operations.h reads them.
// What each must be is checked here: what comes from outside is refused before anything relies on
// it.
#pragma once

#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "binding/dtype.h"

namespace notegrad {

// A number as JavaScript would print it, or nearly.
inline std::string digits(double number) {
  if (std::isfinite(number) && std::fabs(number) >= 1e15) {
    char text[32];
    snprintf(text, sizeof text, "%g", number);
    return text;
  }
  std::string text = std::to_string(number);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// No tensor has more elements: a number of bytes and what strides add up to still fit an int64_t.
constexpr int64_t kMostElements = int64_t{1} << 50;

// The product of lengths. An empty axis does not hide what the others would overflow.
template <typename Lengths>
int64_t elementCount(const Lengths& lengths) {
  int64_t count = 1, most = 1;
  for (const int64_t length : lengths) {
    if (length > 1 && most > kMostElements / length) throw std::runtime_error("too many elements");
    most *= length > 1 ? length : 1;
    count *= length;
  }
  return count;
}
inline int64_t elementCount(std::initializer_list<int64_t> lengths) {
  return elementCount<std::initializer_list<int64_t>>(lengths);
}

class Params {
 public:
  static constexpr int64_t kMostAxes = 16;
  static constexpr int64_t kMostInList = 1 << 16;

  Params(const double* values, size_t count) : values_(values), count_(count) {}

  double operator[](size_t i) const {
    if (i >= count_) throw std::out_of_range("parameter " + std::to_string(i) + " is missing");
    return values_[i];
  }

  double number(size_t i) const { return (*this)[i]; }

  int64_t integer(size_t i) const {
    const double value = (*this)[i];
    if (std::fabs(value) <= kMostElements && std::trunc(value) == value) {
      return static_cast<int64_t>(value);
    }
    refuse(i, "a whole number");
  }

  // A number of elements, or the length of an axis.
  int64_t size(size_t i) const {
    const int64_t value = integer(i);
    if (value < 0) refuse(i, "at least 0");
    return value;
  }

  int64_t positive(size_t i) const {
    const int64_t value = integer(i);
    if (value < 1) refuse(i, "at least 1");
    return value;
  }

  // A length that a library takes as an int.
  int64_t intSize(size_t i) const {
    const int64_t value = size(i);
    if (value > INT_MAX) refuse(i, "less than 2^31");
    return value;
  }

  // The same of an axis that is not empty.
  int64_t length(size_t i) const {
    positive(i);
    return intSize(i);
  }

  bool flag(size_t i) const {
    const double value = (*this)[i];
    if (value != 0 && value != 1) refuse(i, "0 or 1");
    return value == 1;
  }

  // One of 0 … most.
  int64_t code(size_t i, int64_t most) const {
    const int64_t value = integer(i);
    if (value < 0 || value > most) refuse(i, "from 0 to " + std::to_string(most));
    return value;
  }

  size_t rank(size_t i) const { return static_cast<size_t>(code(i, kMostAxes)); }
  size_t listLength(size_t i) const { return static_cast<size_t>(code(i, kMostInList)); }

  // `rank` lengths, the first of them parameter `first`.
  std::vector<int64_t> shape(size_t first, size_t rank) const {
    std::vector<int64_t> lengths;
    for (size_t axis = 0; axis < rank; axis++) lengths.push_back(size(first + axis));
    return lengths;
  }

  std::vector<int64_t> integers(size_t first, size_t count) const {
    std::vector<int64_t> values;
    for (size_t i = 0; i < count; i++) values.push_back(integer(first + i));
    return values;
  }

  std::vector<bool> flags(size_t first, size_t count) const {
    std::vector<bool> values;
    for (size_t i = 0; i < count; i++) values.push_back(flag(first + i));
    return values;
  }

  size_t count() const { return count_; }

  const Params& expecting(size_t count) const {
    expectCount(count);
    return *this;
  }

  void expectCount(size_t count) const {
    if (count_ == count) return;
    if (count_ < count) (void)(*this)[count_];
    throw std::runtime_error("takes " + std::to_string(count) + " parameters, not " +
                             std::to_string(count_));
  }

 private:
  [[noreturn]] void refuse(size_t i, const std::string& wanted) const {
    throw std::runtime_error("parameter " + std::to_string(i) + " must be " + wanted + ": " +
                             digits(values_[i]));
  }

  const double* values_;
  size_t count_;
};

}  // namespace notegrad
