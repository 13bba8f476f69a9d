import type { Graph } from '../graph';
import type { Call, Value } from '../recording';
import { Rewriter } from './rewriter';

/**
 * The derivative of (leaky) ReLU is a step of its input, which is that of its output too: taken from
 * the output, the input is needed no longer and the activation can be part of what computes it.
 */
export function stepsOfOutputs(graph: Graph): Graph {
  const outputOf = new Map<Value, Call>();
  const calls = graph.calls.map((call) => {
    if (call.op === 'relu' || (call.op === 'leakyRelu' && call.params[1] > 0)) {
      outputOf.set(call.inputs[0], call);
    }
    const activation = call.op === 'step' ? outputOf.get(call.inputs[0]) : undefined;
    const once = new Rewriter(graph);
    if (activation === undefined || once.writerOf(activation.outputs[0]) === null) return call;
    return { ...call, inputs: activation.outputs };
  });
  return { ...graph, calls };
}

/**
 * Writes the gradient of leaky ReLU, which tfjs takes as a choice between dy and slope·dy, as the
 * product of dy with a step of the activation's output.
 */
export function choicesAsGradients(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const select = rewriter.at(place);
    if (select?.op !== 'select') continue;
    const [condition, dy, otherwise] = select.inputs;
    const [comparedAt, scaledAt] = [condition, otherwise].map((v) => rewriter.writerOf(v));
    if (comparedAt === null || scaledAt === null) continue;
    const compared = withScalar(rewriter.at(comparedAt)!, 'greater');
    const scaled = withScalar(rewriter.at(scaledAt)!, 'multiply');
    if (compared?.scalar !== 0 || scaled?.value !== dy || !(scaled.scalar >= 0)) continue;
    const activation = activationOf(rewriter, compared.value, scaled.scalar);
    if (activation === null || !rewriter.unwritten(activation.outputs, comparedAt, place)) continue;
    const inputs = [dy, activation.outputs[0]];
    const params = [dy.length, 1, scaled.scalar, 0];
    rewriter.replace(place, { op: 'activationGradient', inputs, outputs: select.outputs, params });
  }
  return rewriter.finish();
}

/** The tensor and the constant scalar that an operation takes. */
function withScalar(call: Call, op: string): { value: Value; scalar: number } | null {
  const [value, { origin, length }] = call.inputs;
  if (call.op !== op || origin.kind !== 'constant' || length !== 1) return null;
  return { value, scalar: origin.values[0] };
}

function activationOf(rewriter: Rewriter, input: Value, slope: number): Call | null {
  for (const place of rewriter.readersOf(input)) {
    const call = rewriter.at(place)!;
    if (call.op !== 'leakyRelu' || Math.fround(call.params[1]) !== slope) continue;
    if (rewriter.writerOf(call.outputs[0]) !== null) return call;
  }
  return null;
}

/** Makes a step and its product with a gradient one operation. */
export function fuseActivationGradients(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const step = rewriter.at(place);
    if (step?.op !== 'step') continue;
    const multiplied = rewriter.onlyReaderOf(step.outputs[0]);
    const multiply = multiplied === null ? null : rewriter.at(multiplied);
    if (multiplied === null || !multiply || !isPairwise(multiply)) continue;
    if (!rewriter.canDelay(place, multiplied)) continue;
    const [mask] = step.outputs;
    const gradient = multiply.inputs.find((value) => value !== mask);
    if (gradient === undefined) continue;
    const { outputs } = multiply;
    const inputs = [gradient, step.inputs[0]];
    const params = [gradient.length, 1, step.params[1], 0];
    rewriter.replace(multiplied, { op: 'activationGradient', inputs, outputs, params }, place);
  }
  return rewriter.finish();
}

function isPairwise({ op, params: [dtype, rank, a, b] }: Call): boolean {
  return op === 'multiply' && dtype === 0 && rank === 1 && a === b;
}
