// What JavaScript sees of the native engine; its types are in src/engine/native/backend/addon.ts.
#ifdef __linux__
#include <sys/mman.h>
#endif

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdint>
#include <memory>
#include <numeric>

#include "binding/failure.h"
#include "binding/held-buffers.h"
#include "binding/libraries.h"
#include "binding/napi.h"
#include "binding/prepared.h"
#include "binding/program.h"
#include "binding/registry.h"

namespace notegrad {
namespace {

using napi::Arguments;
using napi::check;
using napi::elements;

constexpr size_t kMostPrepared = 4096;
constexpr size_t kMostParams = 16384;

// What one JavaScript environment (the main thread, or a worker) has of its own.
struct Instance {
  static std::atomic<int> alive;

  Instance() { alive++; }
  ~Instance() { alive--; }

  PreparedOps prepared{kMostPrepared};
  double* params = nullptr;       // where JavaScript leaves the parameters of the next call
  std::vector<BufferSpec> given;  // the buffers of the call that runs
  std::vector<void*> data;
};

std::atomic<int> Instance::alive{0};

Instance& instance(napi_env env) {
  void* data;
  check(env, napi_get_instance_data(env, &data));
  return *static_cast<Instance*>(data);
}

std::string describe(size_t id, const double* params, size_t count) {
  constexpr size_t kShown = 40;
  std::string text = registeredOps()[id].name + "(";
  for (size_t i = 0; i < std::min(count, kShown); i++) text += (i ? ", " : "") + digits(params[i]);
  return text + (count > kShown ? ", …)" : ")");
}

// Errors name the operation and what it was prepared for.
template <typename Body>
void naming(size_t id, const double* params, size_t count, const Body& body) {
  try {
    body();
  } catch (const napi::Pending&) {
    throw;
  } catch (...) {
    throw std::runtime_error(describe(id, params, count) + ": " + currentReason());
  }
}

void checkId(size_t id) {
  if (id >= registeredOps().size()) {
    throw std::runtime_error("no operation has the id " + std::to_string(id));
  }
}

BufferSpec specOf(const napi::Elements& elements) {
  const auto length = static_cast<int64_t>(elements.count);
  switch (elements.type) {
    case napi_float32_array:
      return floats(length);
    case napi_int32_array:
      return ints(length);
    case napi_uint8_array:
      return bools(length);
    default:
      throw std::runtime_error("a buffer must be a Float32Array, an Int32Array or a Uint8Array");
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
    if (count > kMostParams) throw std::runtime_error("too many parameters");
    naming(id, own.params, count, [&] {
      own.given.clear();
      own.data.clear();
      for (size_t i = 2; i < arguments.count(); i++) {
        const napi::Elements buffer = elements(env, arguments[i]);
        own.given.push_back(specOf(buffer));
        own.data.push_back(buffer.data);
      }
      const auto check = [&own](const Signature& signature) {
        signature.checkCount(own.given.size());
        for (size_t i = 0; i < own.given.size(); i++) signature.check(i, own.given[i]);
      };
      own.prepared.get(id, Params(own.params, count), own.params, check)
          ->run(Buffers(own.data.data()));
    });
    return nullptr;
  });
}

// A program, and the memory that its slots lie in.
struct Bound {
  Bound(napi_env env, size_t slots) : program(slots), held(env, slots) {}

  void bind(napi_env env, size_t slot, napi_value typedArray) {
    const napi::Elements buffer = elements(env, typedArray);
    program.bind(slot, specOf(buffer), buffer.data);
    held.hold(slot, typedArray);
  }

  Program program;
  HeldBuffers held;
};

Bound& self(napi_env env, napi_value object) {
  void* bound;
  check(env, napi_unwrap(env, object, &bound));
  return *static_cast<Bound*>(bound);
}

// The calls of a recorded step, as `new Program` is given them.
void addCalls(napi_env env, const Arguments& arguments, Program& program) {
  const napi::ArrayOf<uint32_t> ids(env, arguments[1]), paramCounts(env, arguments[2]);
  const napi::ArrayOf<double> params(env, arguments[3]);
  const napi::ArrayOf<uint32_t> slotCounts(env, arguments[4]), callSlots(env, arguments[5]);
  const auto sum = [](const napi::ArrayOf<uint32_t>& counts) {
    return std::accumulate(counts.data, counts.data + counts.count, size_t{0});
  };
  if (paramCounts.count != ids.count || slotCounts.count != ids.count ||
      sum(paramCounts) != params.count || sum(slotCounts) != callSlots.count) {
    throw std::runtime_error("the numbers of calls, parameters and slots do not fit together");
  }
  PreparedOps& prepared = instance(env).prepared;
  const double* param = params.data;
  const uint32_t* slot = callSlots.data;
  for (size_t i = 0; i < ids.count; i++) {
    const size_t id = ids.data[i], count = paramCounts.data[i], slots = slotCounts.data[i];
    checkId(id);
    naming(id, param, count, [&] {
      const auto check = [=](const Signature& signature) { signature.checkCount(slots); };
      program.add(prepared.get(id, Params(param, count), param, check),
                  std::vector<uint32_t>(slot, slot + slots));
    });
    param += count;
    slot += slots;
  }
}

// new Program(slots: (TypedArray | null)[], ids, paramCounts, params: Float64Array, slotCounts,
// callSlots)
napi_value newProgram(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    const std::vector<napi_value> slots = napi::items(env, arguments[0]);
    auto bound = std::make_unique<Bound>(env, slots.size());
    addCalls(env, arguments, bound->program);
    for (size_t i = 0; i < slots.size(); i++) {
      if (!napi::isNull(env, slots[i])) bound->bind(env, i, slots[i]);
    }
    check(env, napi_wrap(
                   env, arguments.self(), bound.get(),
                   [](napi_env, void* data, void*) { delete static_cast<Bound*>(data); }, nullptr,
                   nullptr));
    bound.release();
    return arguments.self();
  });
}

// program.bind(slot, buffer)
napi_value bindSlot(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    Bound& bound = self(env, arguments.self());
    const size_t slot = napi::toUint32(env, arguments[0]);
    if (slot >= bound.program.slotCount()) throw std::runtime_error("there is no such slot");
    bound.bind(env, slot, arguments[1]);
    return nullptr;
  });
}

// Binds the first slots to the arguments for as long as `body` runs.
template <typename Body>
void withFirstSlots(napi_env env, const Arguments& arguments, const Body& body) {
  Bound& bound = self(env, arguments.self());
  Program& program = bound.program;
  const size_t count = arguments.count();
  if (count > program.slotCount()) throw std::runtime_error("more buffers than slots");
  struct Unbind {
    Program& program;
    size_t count;
    ~Unbind() {
      for (size_t i = 0; i < count; i++) program.unbind(i);
    }
  } const unbind{program, count};
  for (size_t i = 0; i < count; i++) {
    const napi::Elements buffer = elements(env, arguments[i]);
    program.bind(i, specOf(buffer), buffer.data);
  }
  bound.held.checkPresent();
  body(program);
}

// program.run(…buffers): binds the first slots to the buffers, then runs.
napi_value runProgram(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    withFirstSlots(env, arguments, [](Program& program) { program.run(); });
    return nullptr;
  });
}

// program.profile(…buffers): the same; number[], milliseconds of each operation
napi_value profileProgram(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&]() -> napi_value {
    const Arguments arguments(env, info);
    std::vector<double> milliseconds;
    withFirstSlots(env, arguments, [&](Program& program) { milliseconds = program.profile(); });
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
    const uint32_t count = napi::toUint32(env, arguments[0]);
    setThreads(static_cast<int>(std::min(count, uint32_t{INT_MAX})), Instance::alive == 1);
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
    check(env,
          napi_set_instance_data(
              env, own, [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); },
              nullptr));
    napi::set(env, exports, "schema", napi::string(env, kSchema));
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
