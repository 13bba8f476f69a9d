#include "binding/libraries.h"

#include <omp.h>

#include <atomic>
#include <dnnl.hpp>
#include <stdexcept>

extern "C" {
char* openblas_get_config(void);
char* openblas_get_corename(void);
int openblas_get_parallel(void);
void openblas_set_num_threads(int);
}

namespace notegrad {
namespace {

constexpr int kOpenBlasOpenMp = 2;

// 'OpenBLAS 0.3.21 NO_LAPACKE …' → '0.3.21'
std::string openblasVersion() {
  const std::string config = openblas_get_config();
  const size_t start = config.find(' ') + 1;
  return config.substr(start, config.find(' ', start) - start);
}

const char* isa() {
#if defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__)
  return "AVX2";
#elif defined(__AVX__)
  return "AVX";
#elif defined(__SSE2__)
  return "SSE2";
#elif defined(__ARM_NEON)
  return "NEON";
#else
  return "no vectors";
#endif
}

}  // namespace

Libraries libraries() {
  const dnnl_version_t* dnnl = dnnl_version();
  return {std::to_string(dnnl->major) + "." + std::to_string(dnnl->minor) + "." +
              std::to_string(dnnl->patch),
          openblasVersion(), openblas_get_corename(), openblas_get_parallel() == kOpenBlasOpenMp,
          isa()};
}

void setThreads(int count, bool isAlone) {
  constexpr int kMost = 9999;
  static std::atomic<int> current{0};
  if (count < 1 || count > kMost) {
    throw std::runtime_error("the number of threads must be from 1 to 9999: " +
                             std::to_string(count));
  }
  const int before = current.exchange(count);
  if (before != 0 && before != count && !isAlone) {
    current = before;
    throw std::runtime_error("this process computes on " + std::to_string(before) +
                             " threads already: it cannot compute on " + std::to_string(count) +
                             " in a worker; set NOTEGRAD_THREADS alike in all");
  }
  omp_set_num_threads(count);
  if (before != count) openblas_set_num_threads(count);
}

int threads() { return omp_get_max_threads(); }

}  // namespace notegrad
