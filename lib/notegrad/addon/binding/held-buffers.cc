#include "binding/held-buffers.h"

#include <algorithm>

namespace notegrad {

using napi::check;

namespace {

struct Memory {
  const void* data;
  size_t bytes;
};

Memory memoryOf(napi_env env, napi_value arrayBuffer) {
  bool isOwn;
  check(env, napi_is_arraybuffer(env, arrayBuffer, &isOwn));
  if (!isOwn) return {nullptr, 0};
  void* data;
  size_t bytes;
  check(env, napi_get_arraybuffer_info(env, arrayBuffer, &data, &bytes));
  return {data, bytes};
}

}  // namespace

HeldBuffers::~HeldBuffers() {
  for (const auto& held : all_) napi_delete_reference(env_, held->reference);
}

void HeldBuffers::hold(size_t slot, napi_value typedArray) {
  napi_value arrayBuffer;
  check(env_, napi_get_typedarray_info(env_, typedArray, nullptr, nullptr, nullptr, &arrayBuffer,
                                       nullptr));
  Held* held = find(arrayBuffer);
  held->slots++;
  if (bySlot_[slot] != nullptr) release(bySlot_[slot]);
  bySlot_[slot] = held;
}

// Most slots lie in one buffer: what is computed on the way.
HeldBuffers::Held* HeldBuffers::find(napi_value arrayBuffer) {
  const Memory memory = memoryOf(env_, arrayBuffer);
  for (const auto& held : all_) {
    if (memory.bytes > 0 && held->data == memory.data && held->bytes == memory.bytes) {
      return held.get();
    }
  }
  auto held = std::make_unique<Held>(Held{nullptr, memory.data, memory.bytes, 0});
  check(env_, napi_create_reference(env_, arrayBuffer, 1, &held->reference));
  all_.push_back(std::move(held));
  return all_.back().get();
}

void HeldBuffers::release(Held* held) {
  if (--held->slots > 0) return;
  check(env_, napi_delete_reference(env_, held->reference));
  all_.erase(
      std::find_if(all_.begin(), all_.end(), [=](const auto& each) { return each.get() == held; }));
}

void HeldBuffers::checkPresent() const {
  for (const auto& held : all_) {
    napi_value arrayBuffer;
    check(env_, napi_get_reference_value(env_, held->reference, &arrayBuffer));
    const Memory now = memoryOf(env_, arrayBuffer);
    if (now.data == held->data && now.bytes >= held->bytes) continue;
    throw std::runtime_error(
        "the memory of a tensor that the recorded step uses was transferred or made shorter");
  }
}

}  // namespace notegrad
