// A character LSTM over whole sequences. Each thread takes a slice of the batch through all steps.
// Gates in the order of PyTorch and cuDNN, i f g o:
//   c ← σ(f)·c + σ(i)·tanh(g),  h ← σ(o)·tanh(c);  (i f g o) = wIh[id] + h·wHh + bias
// A sequence keeps its state from its length on; its outputs are 0 there.
//
// charLstm: ids (int32 [batch, time]), lengths (int32 [batch]), wIh [vocabulary, 4·hidden],
// wHh [hidden, 4·hidden], bias [4·hidden]; the output ([batch, hidden], or [batch, time, hidden] of
// all steps) and, for the gradient, activated gates [time, batch, 4·hidden], then cells and hidden
// states [time + 1, batch, hidden], which begin with those before the first step.
// charLstmGrad: dy, ids, lengths, wHh, gates, cells, hidden states; gradients of wIh, wHh, bias.
// Both: params [batch, time, hidden, vocabulary, 1 for the output of all steps].
#include <cblas.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "binding/op.h"
#include "simd/packed-matrix.h"
#include "simd/parallel.h"
#include "simd/scratch.h"
#include "simd/vector-math.h"

namespace notegrad {
namespace {

struct Sizes {
  int64_t batch, time, hidden, vocabulary, gates;
  bool allSteps;

  explicit Sizes(const CharLstmParams& params)
      : batch(params.batch),
        time(params.time),
        hidden(params.hidden),
        vocabulary(params.vocabulary),
        gates(4 * hidden),
        allSteps(params.allSteps) {
    // BLAS takes both as ints.
    if (gates > INT_MAX || elementCount({time, batch}) > INT_MAX) {
      throw std::runtime_error("too many elements");
    }
  }

  BufferSpec ids() const { return ints(batch * time); }
  BufferSpec lengths() const { return ints(batch); }
  BufferSpec inputWeights() const { return floats(vocabulary * gates); }
  BufferSpec hiddenWeights() const { return floats(hidden * gates); }
  BufferSpec bias() const { return floats(gates); }
  BufferSpec outputs() const { return floats(elementCount({batch, hidden, allSteps ? time : 1})); }
  BufferSpec activations() const { return floats(elementCount({time, batch, gates})); }
  BufferSpec states() const { return floats(elementCount({time + 1, batch, hidden})); }

  // Throws where a length or a character id is out of range.
  void check(const int32_t* ids, const int32_t* lengths) const {
    for (int64_t row = 0; row < batch; row++) {
      if (lengths[row] < 0 || lengths[row] > time) {
        throw std::runtime_error("length out of range: " + std::to_string(lengths[row]) + " (of " +
                                 std::to_string(time) + " steps)");
      }
      for (int64_t t = 0; t < lengths[row]; t++) {
        const int32_t id = ids[row * time + t];
        if (id >= 0 && id < vocabulary) continue;
        throw std::runtime_error("character id out of range: " + std::to_string(id) + " (of " +
                                 std::to_string(vocabulary) + ")");
      }
    }
  }

  int64_t output(int64_t sequence, int64_t step) const { return (sequence * time + step) * hidden; }

  // Calls body(begin, end) for slices of the batch.
  template <typename Body>
  void forSlices(const Body& body) const {
    parallelFor(batch, std::max<int64_t>(2, kCostly / (time * gates + 1) + 1), body);
  }
};

int64_t longest(const int32_t* lengths, int64_t begin, int64_t end) {
  return begin < end ? *std::max_element(lengths + begin, lengths + end) : 0;
}

class CharLstm : public Op {
 public:
  explicit CharLstm(const CharLstmParams& params) : sizes_(params) {}

  void run(const Buffers& buffers) override {
    const int64_t hidden = sizes_.hidden, gates = sizes_.gates;
    const int64_t stateSize = sizes_.batch * hidden;
    const float* wHh = buffers.f32(3);
    const Forward f{buffers.i32(0), buffers.i32(1), buffers.f32(2), buffers.f32(4),
                    buffers.f32(5), buffers.f32(6), buffers.f32(7), buffers.f32(8)};
    sizes_.check(f.ids, f.lengths);
    weights_.pack(hidden, gates,
                  [=](int64_t row, int64_t column) { return wHh[row * gates + column]; });
    std::fill_n(f.cell, stateSize, 0.f);
    std::fill_n(f.state, stateSize, 0.f);
    if (sizes_.allSteps) std::fill_n(f.y, sizes_.time * stateSize, 0.f);
    sizes_.forSlices([&](int64_t begin, int64_t end) { forward(f, begin, end); });
    if (!sizes_.allSteps) std::copy_n(f.state + sizes_.time * stateSize, stateSize, f.y);
  }

 private:
  struct Forward {
    const int32_t *ids, *lengths;
    const float *wIh, *bias;
    float *y, *gate, *cell, *state;
  };

  void forward(const Forward& f, int64_t begin, int64_t end) const {
    const int64_t hidden = sizes_.hidden, gates = sizes_.gates;
    const int64_t stateSize = sizes_.batch * hidden;
    const int64_t steps = longest(f.lengths, begin, end);
    for (int64_t t = 0; t < sizes_.time; t++) {
      float* now = f.gate + t * sizes_.batch * gates;
      if (t < steps) {
        for (int64_t row = begin; row < end; row++) {
          if (t < f.lengths[row]) {
            startSums(f.wIh + f.ids[row * sizes_.time + t] * gates, f.bias, now + row * gates);
          }
        }
        weights_.multiplyAdd(end - begin, f.state + t * stateSize + begin * hidden,
                             now + begin * gates);
      }
      for (int64_t row = begin; row < end; row++) {
        const int64_t last = t * stateSize + row * hidden, next = last + stateSize;
        if (t < f.lengths[row]) {
          step(now + row * gates, f.cell + last, f.cell + next, f.state + next);
          if (sizes_.allSteps) std::copy_n(f.state + next, hidden, f.y + sizes_.output(row, t));
        } else {
          std::copy_n(f.cell + last, hidden, f.cell + next);
          std::copy_n(f.state + last, hidden, f.state + next);
        }
      }
    }
  }

  void startSums(const float* embedded, const float* bias, float* sums) const {
#pragma omp simd
    for (int64_t i = 0; i < sizes_.gates; i++) sums[i] = embedded[i] + bias[i];
  }

  // Activates the sums in place and makes the next cell and hidden state of one sequence.
  void step(float* sums, const float* lastCell, float* nextCell, float* nextState) const {
    const int64_t hidden = sizes_.hidden;
    float *i = sums, *f = sums + hidden, *g = f + hidden, *o = g + hidden;
#pragma omp simd
    for (int64_t j = 0; j < hidden; j++) {
      i[j] = vec::sigmoid(i[j]);
      f[j] = vec::sigmoid(f[j]);
      g[j] = vec::tanh(g[j]);
      o[j] = vec::sigmoid(o[j]);
      const float c = f[j] * lastCell[j] + i[j] * g[j];
      nextCell[j] = c;
      nextState[j] = o[j] * vec::tanh(c);
    }
  }

  Sizes sizes_;
  PackedMatrix weights_;
};

class CharLstmGrad : public Op {
 public:
  explicit CharLstmGrad(const CharLstmParams& params) : sizes_(params) {}

  void run(const Buffers& buffers) override {
    const int64_t batch = sizes_.batch, time = sizes_.time;
    const int64_t hidden = sizes_.hidden, gates = sizes_.gates;
    const float* dy = buffers.f32(0);
    const int32_t* ids = buffers.i32(1);
    const int32_t* lengths = buffers.i32(2);
    const float* wHh = buffers.f32(3);
    const float *gate = buffers.f32(4), *cell = buffers.f32(5), *state = buffers.f32(6);
    float *dWIh = buffers.f32(7), *dWHh = buffers.f32(8), *dBias = buffers.f32(9);
    sizes_.check(ids, lengths);
    transposed_.pack(gates, hidden,
                     [=](int64_t row, int64_t column) { return wHh[column * gates + row]; });
    dGates_ = static_cast<float*>(
        sharedScratch((time * gates + 2 * hidden) * batch * static_cast<int64_t>(sizeof(float))));
    dState_ = dGates_ + time * batch * gates;
    dCell_ = dState_ + batch * hidden;

    sizes_.forSlices(
        [&](int64_t begin, int64_t end) { backward(begin, end, dy, lengths, gate, cell); });
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, hidden, gates, time * batch, 1.f, state,
                hidden, dGates_, gates, 0.f, dWHh, gates);
    gatherInputGradients(ids, lengths, dWIh, dBias);
  }

 private:
  void backward(int64_t begin, int64_t end, const float* dy, const int32_t* lengths,
                const float* gate, const float* cell) {
    const int64_t hidden = sizes_.hidden, gates = sizes_.gates, batch = sizes_.batch;
    const int64_t steps = longest(lengths, begin, end);
    for (int64_t i = begin * hidden; i < end * hidden; i++) {
      dState_[i] = sizes_.allSteps ? 0.f : dy[i];
      dCell_[i] = 0.f;
    }
    for (int64_t t = sizes_.time; t-- > 0;) {
      float* dNow = dGates_ + t * batch * gates;
      for (int64_t row = begin; row < end; row++) {
        float* sums = dNow + row * gates;
        if (t >= lengths[row]) {
          std::fill_n(sums, gates, 0.f);
          continue;
        }
        const int64_t at = row * hidden;
        const float* dOutput = sizes_.allSteps ? dy + sizes_.output(row, t) : nullptr;
        step(gate + (t * batch + row) * gates, cell + t * batch * hidden + at,
             cell + (t + 1) * batch * hidden + at, dOutput, &dState_[at], &dCell_[at], sums);
      }
      // A running sequence's state had its whole part in these gates; a finished one's stays.
      if (t < steps) {
        transposed_.multiplyAdd(end - begin, dNow + begin * gates, &dState_[begin * hidden]);
      }
    }
  }

  // Takes the gradients of one sequence's hidden state and cell to those of its gates, and of the
  // cell before. The hidden state's is used up.
  void step(const float* gate, const float* lastCell, const float* nextCell, const float* dOutput,
            float* dState, float* dCell, float* dSums) const {
    const int64_t hidden = sizes_.hidden;
    const float *i = gate, *f = gate + hidden, *g = f + hidden, *o = g + hidden;
    float *dI = dSums, *dF = dSums + hidden, *dG = dF + hidden, *dO = dG + hidden;
#pragma omp simd
    for (int64_t j = 0; j < hidden; j++) {
      const float squashed = vec::tanh(nextCell[j]);
      const float dh = dState[j] + (dOutput ? dOutput[j] : 0.f);
      const float dc = dCell[j] + dh * o[j] * (1.f - squashed * squashed);
      dI[j] = dc * g[j] * i[j] * (1.f - i[j]);
      dF[j] = dc * lastCell[j] * f[j] * (1.f - f[j]);
      dG[j] = dc * i[j] * (1.f - g[j] * g[j]);
      dO[j] = dh * squashed * o[j] * (1.f - o[j]);
      dCell[j] = dc * f[j];
      dState[j] = 0.f;
    }
  }

  // Threads share the columns, so that every sum is made in one order.
  void gatherInputGradients(const int32_t* ids, const int32_t* lengths, float* dWIh,
                            float* dBias) const {
    const int64_t gates = sizes_.gates, batch = sizes_.batch;
    parallelFor(gates, std::max<int64_t>(32, kCheap / (sizes_.time * batch + 1)),
                [&](int64_t begin, int64_t end) {
                  for (int64_t row = 0; row < sizes_.vocabulary; row++) {
                    std::fill(dWIh + row * gates + begin, dWIh + row * gates + end, 0.f);
                  }
                  for (int64_t t = 0; t < sizes_.time; t++) {
                    for (int64_t row = 0; row < batch; row++) {
                      if (t >= lengths[row]) continue;
                      const float* from = dGates_ + (t * batch + row) * gates;
                      float* to = dWIh + ids[row * sizes_.time + t] * gates;
#pragma omp simd
                      for (int64_t i = begin; i < end; i++) to[i] += from[i];
                    }
                  }
                  std::fill(dBias + begin, dBias + end, 0.f);
                  for (int64_t row = 0; row < sizes_.vocabulary; row++) {
#pragma omp simd
                    for (int64_t i = begin; i < end; i++) dBias[i] += dWIh[row * gates + i];
                  }
                });
  }

  Sizes sizes_;
  PackedMatrix transposed_;
  float *dGates_ = nullptr, *dState_ = nullptr, *dCell_ = nullptr;  // during a run
};

Signature forwardSignature(const CharLstmParams& params) {
  const Sizes s(params);
  return {{s.ids(), s.lengths(), s.inputWeights(), s.hiddenWeights(), s.bias()},
          {s.outputs(), s.activations(), s.states(), s.states()}};
}

Signature backwardSignature(const CharLstmParams& params) {
  const Sizes s(params);
  return {{s.outputs(), s.ids(), s.lengths(), s.hiddenWeights(), s.activations(), s.states(),
           s.states()},
          {s.inputWeights(), s.hiddenWeights(), s.bias()}};
}

template <typename Operation>
std::unique_ptr<Op> prepare(const CharLstmParams& params) {
  return std::make_unique<Operation>(params);
}

Registration registerForward("charLstm", forwardSignature, prepare<CharLstm>);
Registration registerBackward("charLstmGrad", backwardSignature, prepare<CharLstmGrad>);

}  // namespace
}  // namespace notegrad
