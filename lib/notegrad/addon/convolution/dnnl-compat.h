// oneDNN's processor and stream, and the one place where its generations 2 and 3 differ: how a
// primitive is described.
#pragma once

#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>

#include "simd/scratch.h"

namespace notegrad {

inline const dnnl::engine& dnnlEngine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

inline dnnl::stream& dnnlStream() {
  thread_local dnnl::stream stream(dnnlEngine());
  return stream;
}

// Work memory comes from our scratch, so that prepared primitives hold none.
inline dnnl::primitive_attr dnnlAttributes() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

template <class Primitive, class... Arguments>
typename Primitive::primitive_desc describe(const Arguments&... arguments) {
  using Description = typename Primitive::primitive_desc;
#if DNNL_VERSION_MAJOR >= 3
  return Description(dnnlEngine(), arguments..., dnnlAttributes());
#else
  return Description(typename Primitive::desc(arguments...), dnnlAttributes(), dnnlEngine());
#endif
}

// A gradient's description takes the forward one as a hint.
template <class Primitive, class Forward, class... Arguments>
typename Primitive::primitive_desc describeGradient(const Forward& forward,
                                                    const Arguments&... arguments) {
  using Description = typename Primitive::primitive_desc;
#if DNNL_VERSION_MAJOR >= 3
  return Description(dnnlEngine(), arguments..., forward, dnnlAttributes());
#else
  return Description(typename Primitive::desc(arguments...), dnnlAttributes(), dnnlEngine(),
                     forward);
#endif
}

// A primitive with its arguments: memories without data until they are bound, before every run.
class BoundPrimitive {
 public:
  template <class Description>
  BoundPrimitive(const dnnl::primitive& primitive, const Description& description)
      : primitive_(primitive), scratchpad_(description.scratchpad_desc()) {
    expect(DNNL_ARG_SCRATCHPAD, scratchpad_);
  }

  void expect(int argument, const dnnl::memory::desc& layout) {
    arguments_.emplace(argument, dnnl::memory(layout, dnnlEngine(), DNNL_MEMORY_NONE));
  }

  void bind(int argument, const void* data) {
    arguments_.at(argument).set_data_handle(const_cast<void*>(data));
  }

  void run() {
    bind(DNNL_ARG_SCRATCHPAD, threadScratch(scratchpad_.get_size()));
    primitive_.execute(dnnlStream(), arguments_);
  }

 private:
  dnnl::primitive primitive_;
  dnnl::memory::desc scratchpad_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

}  // namespace notegrad
