// The libraries that compute, and how many threads they and our own loops take.
#pragma once

#include <string>

namespace notegrad {

struct Libraries {
  std::string onednn;    // '2.6.3'
  std::string openblas;  // '0.3.21'
  std::string core;      // the processor that OpenBLAS chose its kernels for: 'Cooperlake'
  bool sharedThreads;    // OpenBLAS runs on the OpenMP threads of oneDNN and of our loops
  std::string isa;       // the widest vectors the addon was compiled for: 'AVX-512'
};

Libraries libraries();

// Threads for OpenMP, and with it oneDNN, and OpenBLAS. OpenBLAS keeps one number for the process
// and cannot change it while another thread computes: throws for a second number as long as the
// process has other environments.
void setThreads(int count, bool isAlone);
int threads();

}  // namespace notegrad
