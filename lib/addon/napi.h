// The few Node-API shorthands that the addon needs. A failed call is an exception here; `guarded`
// turns every exception into a JavaScript error.
#pragma once

#include <node_api.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

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
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
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

inline void setFunction(napi_env env, napi_value object, const char* name,
                        napi_callback callback) {
  napi_value function;
  check(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function));
  set(env, object, name, function);
}

inline uint32_t toUint32(napi_env env, napi_value value) {
  uint32_t number;
  check(env, napi_get_value_uint32(env, value, &number));
  return number;
}

// A typed array's elements, which stay where they are for as long as the array lives.
struct Elements {
  void* data;
  size_t count;
  napi_typedarray_type type;
};

inline Elements elements(napi_env env, napi_value typedArray) {
  Elements result;
  check(env, napi_get_typedarray_info(env, typedArray, &result.type, &result.count, &result.data,
                                      nullptr, nullptr));
  return result;
}

inline std::vector<napi_value> items(napi_env env, napi_value array) {
  uint32_t length;
  check(env, napi_get_array_length(env, array, &length));
  std::vector<napi_value> values(length);
  for (uint32_t i = 0; i < length; i++) check(env, napi_get_element(env, array, i, &values[i]));
  return values;
}

// The arguments of a call, at most kMost.
class Arguments {
 public:
  static constexpr size_t kMost = 1024;

  Arguments(napi_env env, napi_callback_info info) {
    check(env, napi_get_cb_info(env, info, &count_, values_, &self_, nullptr));
    if (count_ > kMost) throw std::runtime_error("more than 1024 arguments");
  }
  napi_value operator[](size_t i) const { return values_[i]; }
  size_t count() const { return count_; }
  napi_value self() const { return self_; }

 private:
  size_t count_ = kMost;
  napi_value values_[kMost];
  napi_value self_;
};

}  // namespace notegrad::napi
