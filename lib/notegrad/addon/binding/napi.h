// The few Node-API shorthands that the addon needs. A failed call is an exception here; `guarded`
// turns every exception into a JavaScript error.
#pragma once

#include <node_api.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "binding/failure.h"

namespace notegrad::napi {

// A JavaScript exception is already pending.
struct Pending {};

inline void check(napi_env env, napi_status status) {
  if (status == napi_ok) return;
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env, &info);
  if (status == napi_pending_exception) throw Pending{};
  throw std::runtime_error(info->error_message ? info->error_message : "Node-API call failed");
}

template <typename Body>
napi_value guarded(napi_env env, Body body) {
  try {
    return body();
  } catch (const Pending&) {
  } catch (...) {
    napi_throw_error(env, nullptr, currentReason().c_str());
  }
  return nullptr;
}

inline napi_value string(napi_env env, const std::string& text) {
  napi_value value;
  check(env, napi_create_string_utf8(env, text.data(), text.size(), &value));
  return value;
}

inline napi_value number(napi_env env, double number) {
  napi_value value;
  check(env, napi_create_double(env, number, &value));
  return value;
}

inline napi_value boolean(napi_env env, bool flag) {
  napi_value value;
  check(env, napi_get_boolean(env, flag, &value));
  return value;
}

inline void set(napi_env env, napi_value object, const char* name, napi_value value) {
  check(env, napi_set_named_property(env, object, name, value));
}

inline void setFunction(napi_env env, napi_value object, const char* name, napi_callback callback) {
  napi_value function;
  check(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function));
  set(env, object, name, function);
}

inline uint32_t toUint32(napi_env env, napi_value value) {
  uint32_t number;
  check(env, napi_get_value_uint32(env, value, &number));
  return number;
}

// A typed array's elements, which stay where they are for as long as the array lives and nobody
// transfers it.
struct Elements {
  void* data;
  size_t count;
  napi_typedarray_type type;
};

inline Elements elements(napi_env env, napi_value typedArray) {
  Elements result;
  const napi_status status = napi_get_typedarray_info(env, typedArray, &result.type, &result.count,
                                                      &result.data, nullptr, nullptr);
  if (status == napi_invalid_arg) throw std::runtime_error("what is given is not a typed array");
  check(env, status);
  alignas(64) static char nothing[1];  // memcpy and the like must not be given null for no bytes
  if (result.data == nullptr) result.data = nothing;
  return result;
}

// The elements of an array that must be of the C++ type T.
template <typename T>
struct ArrayOf {
  const T* data;
  size_t count;

  ArrayOf(napi_env env, napi_value typedArray) {
    constexpr napi_typedarray_type wanted =
        std::is_same_v<T, uint32_t> ? napi_uint32_array : napi_float64_array;
    const Elements given = elements(env, typedArray);
    if (given.type != wanted) throw std::runtime_error("a typed array is of the wrong type");
    data = static_cast<const T*>(given.data);
    count = given.count;
  }
};

inline bool isNull(napi_env env, napi_value value) {
  napi_valuetype type;
  check(env, napi_typeof(env, value, &type));
  return type == napi_null;
}

inline std::vector<napi_value> items(napi_env env, napi_value array) {
  uint32_t length;
  check(env, napi_get_array_length(env, array, &length));
  std::vector<napi_value> values(length);
  for (uint32_t i = 0; i < length; i++) check(env, napi_get_element(env, array, i, &values[i]));
  return values;
}

// The arguments of a call.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) {
    check(env, napi_get_cb_info(env, info, &count_, few_, &self_, nullptr));
    if (count_ <= kFew) return;
    many_.resize(count_);
    check(env, napi_get_cb_info(env, info, &count_, many_.data(), nullptr, nullptr));
  }
  napi_value operator[](size_t i) const {
    if (i >= count_) throw std::runtime_error("too few arguments");
    return many_.empty() ? few_[i] : many_[i];
  }
  size_t count() const { return count_; }
  napi_value self() const { return self_; }

 private:
  static constexpr size_t kFew = 32;

  size_t count_ = kFew;
  napi_value few_[kFew];
  std::vector<napi_value> many_;
  napi_value self_;
};

}  // namespace notegrad::napi
