// What JavaScript sees of the native engine; its types are in src/engine/native/addon.ts.
#ifdef __linux__
#include <sys/mman.h>
#endif

#include <algorithm>
#include <cstdint>
#include <memory>

#include "libraries.h"
#include "napi.h"
#include "prepared.h"
#include "program.h"
#include "registry.h"

namespace notegrad {
namespace {

using napi::Arguments;
using napi::check;
using napi::elements;

constexpr size_t kMostPrepared = 4096;
constexpr size_t kMostParams = 16384;

// What one JavaScript environment (the main thread, or a worker) has of its own.
struct Instance {
  PreparedOps prepared{kMostPrepared};
  double* params = nullptr;  // where JavaScript leaves the parameters of the next call
};

Instance& instance(napi_env env) {
  void* data;
  check(env, napi_get_instance_data(env, &data));
  return *static_cast<Instance*>(data);
}

std::string describe(size_t id, const double* params, size_t count) {
  std::string text = registeredOps()[id].name + "(";
  for (size_t i = 0; i < count; i++) {
    std::string digits = std::to_string(params[i]);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
    text += (i ? ", " : "") + digits;
  }
  return text + ")";
}

// Errors name the operation and what it was prepared for.
template <typename Body>
void naming(size_t id, const double* params, size_t count, Body body) {
  try {
    body();
  } catch (const std::exception& error) {
    throw std::runtime_error(describe(id, params, count) + ": " + error.what());
  }
}

void checkId(size_t id) {
  if (id >= registeredOps().size()) {
    throw std::runtime_error("no operation has the id " + std::to_string(id));
  }
}

// run(id, paramCount, …buffers)
napi_value run(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    Instance& own = instance(env);
    const size_t id = napi::toUint32(env, arguments[0]);
    const size_t count = napi::toUint32(env, arguments[1]);
    checkId(id);
    void* buffers[Arguments::kMost];
    for (size_t i = 2; i < arguments.count(); i++) {
      buffers[i - 2] = elements(env, arguments[i]).data;
    }
    naming(id, own.params, count, [&] {
      own.prepared.get(id, Params(own.params, count), own.params)->run(Buffers(buffers));
    });
    return nullptr;
  });
}

Program& self(napi_env env, napi_value object) {
  void* program;
  check(env, napi_unwrap(env, object, &program));
  return *static_cast<Program*>(program);
}

// new Program(slots: TypedArray[], ids, paramCounts, params: Float64Array, slotCounts, callSlots)
napi_value newProgram(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    std::vector<void*> slots;
    for (napi_value buffer : napi::items(env, arguments[0])) {
      slots.push_back(elements(env, buffer).data);
    }
    auto program = std::make_unique<Program>(std::move(slots));
    const auto ids = elements(env, arguments[1]);
    const auto* id = static_cast<const uint32_t*>(ids.data);
    const auto* paramCount = static_cast<const uint32_t*>(elements(env, arguments[2]).data);
    const auto* params = static_cast<const double*>(elements(env, arguments[3]).data);
    const auto* slotCount = static_cast<const uint32_t*>(elements(env, arguments[4]).data);
    const auto* callSlot = static_cast<const uint32_t*>(elements(env, arguments[5]).data);
    PreparedOps& prepared = instance(env).prepared;
    for (size_t i = 0; i < ids.count; i++) {
      checkId(id[i]);
      naming(id[i], params, paramCount[i], [&] {
        program->add(prepared.get(id[i], Params(params, paramCount[i]), params),
                     std::vector<uint32_t>(callSlot, callSlot + slotCount[i]));
      });
      params += paramCount[i];
      callSlot += slotCount[i];
    }
    check(env, napi_wrap(
                   env, arguments.self(), program.get(),
                   [](napi_env, void* data, void*) { delete static_cast<Program*>(data); },
                   nullptr, nullptr));
    program.release();
    return arguments.self();
  });
}

// program.bind(slot, buffer)
napi_value bindSlot(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    self(env, arguments.self())
        .bind(napi::toUint32(env, arguments[0]), elements(env, arguments[1]).data);
    return nullptr;
  });
}

// program.run(…buffers): binds the first slots to the buffers, then runs.
napi_value runProgram(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    Program& program = self(env, arguments.self());
    for (size_t i = 0; i < arguments.count(); i++) {
      program.bind(i, elements(env, arguments[i]).data);
    }
    program.run();
    return nullptr;
  });
}

// program.profile(): number[], milliseconds of each operation
napi_value profileProgram(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    const std::vector<double> milliseconds = self(env, arguments.self()).profile();
    napi_value result;
    check(env, napi_create_array_with_length(env, milliseconds.size(), &result));
    for (size_t i = 0; i < milliseconds.size(); i++) {
      check(env, napi_set_element(env, result, i, napi::number(env, milliseconds[i])));
    }
    return result;
  });
}

// The kernel then maps large memory in pages of 2 MB: fewer faults, fewer look-ups of addresses.
void askForHugePages(void* data, size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr uintptr_t kPage = 1 << 21;
  const auto address = reinterpret_cast<uintptr_t>(data);
  const uintptr_t first = (address + kPage - 1) / kPage * kPage;
  const uintptr_t last = (address + bytes) / kPage * kPage;
  if (last > first) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#else
  (void)data, (void)bytes;
#endif
}

// prepareMemory(bytes): how many of the new bytes come before the first multiple of 64
napi_value prepareMemory(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    constexpr uintptr_t kAlignment = 64;
    const Arguments arguments(env, info);
    const napi::Elements bytes = elements(env, arguments[0]);
    askForHugePages(bytes.data, bytes.count);
    const auto address = reinterpret_cast<uintptr_t>(bytes.data);
    return napi::number(env, (kAlignment - address % kAlignment) % kAlignment);
  });
}

// setThreads(count)
napi_value setThreadCount(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    setThreads(static_cast<int>(napi::toUint32(env, arguments[0])));
    return nullptr;
  });
}

napi_value describeLibraries(napi_env env, napi_callback_info) {
  return napi::guarded(env, [&] {
    const Libraries found = libraries();
    napi_value result;
    check(env, napi_create_object(env, &result));
    napi::set(env, result, "onednn", napi::string(env, found.onednn));
    napi::set(env, result, "openblas", napi::string(env, found.openblas));
    napi::set(env, result, "core", napi::string(env, found.core));
    napi::set(env, result, "sharedThreads", napi::boolean(env, found.sharedThreads));
    napi::set(env, result, "isa", napi::string(env, found.isa));
    napi::set(env, result, "threads", napi::number(env, threads()));
    napi::set(env, result, "prepared", napi::number(env, instance(env).prepared.size()));
    return result;
  });
}

// The names of the operations: an operation's id is its index.
napi_value opNames(napi_env env) {
  const std::vector<RegisteredOp>& ops = registeredOps();
  const auto twice = std::adjacent_find(
      ops.begin(), ops.end(),
      [](const RegisteredOp& a, const RegisteredOp& b) { return a.name == b.name; });
  if (twice != ops.end()) throw std::runtime_error(twice->name + " is registered twice");
  napi_value names;
  check(env, napi_create_array_with_length(env, ops.size(), &names));
  for (size_t i = 0; i < ops.size(); i++) {
    check(env, napi_set_element(env, names, i, napi::string(env, ops[i].name)));
  }
  return names;
}

napi_value paramsArray(napi_env env, Instance& own) {
  void* data;
  napi_value buffer, array;
  const size_t bytes = kMostParams * sizeof(double);
  check(env, napi_create_arraybuffer(env, bytes, &data, &buffer));
  check(env, napi_create_typedarray(env, napi_float64_array, kMostParams, buffer, 0, &array));
  napi_ref keptAlive;
  check(env, napi_create_reference(env, array, 1, &keptAlive));
  own.params = static_cast<double*>(data);
  return array;
}

napi_value programClass(napi_env env) {
  const auto method = [](const char* name, napi_callback callback) {
    napi_property_descriptor descriptor{};
    descriptor.utf8name = name;
    descriptor.method = callback;
    descriptor.attributes = napi_default_method;
    return descriptor;
  };
  const napi_property_descriptor methods[] = {method("bind", bindSlot), method("run", runProgram),
                                              method("profile", profileProgram)};
  napi_value constructor;
  check(env, napi_define_class(env, "Program", NAPI_AUTO_LENGTH, newProgram, nullptr, 3, methods,
                               &constructor));
  return constructor;
}

napi_value init(napi_env env, napi_value exports) {
  return napi::guarded(env, [&] {
    auto* own = new Instance;
    check(env, napi_set_instance_data(
                   env, own, [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); },
                   nullptr));
    napi::set(env, exports, "names", opNames(env));
    napi::set(env, exports, "params", paramsArray(env, *own));
    napi::set(env, exports, "Program", programClass(env));
    napi::setFunction(env, exports, "run", run);
    napi::setFunction(env, exports, "prepareMemory", prepareMemory);
    napi::setFunction(env, exports, "setThreads", setThreadCount);
    napi::setFunction(env, exports, "libraries", describeLibraries);
    return exports;
  });
}

}  // namespace
}  // namespace notegrad

NAPI_MODULE_INIT() { return notegrad::init(env, exports); }
