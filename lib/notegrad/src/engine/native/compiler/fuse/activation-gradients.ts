import { paramsOf } from '../../backend/operations';
import { type Call, type Graph, paramsIf, type Value } from '../graph/call';
import { Rewriter } from './rewriter';

/**
 * The derivative of (leaky) ReLU is a step of its input, which is that of its output too: taken from
 * the output, the input is needed no longer and the activation can be part of what computes it.
 */
export function stepsOfOutputs(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  const isComputedOnce = (value: Value) => rewriter.writerOf(value) !== null;
  const outputOf = new Map<Value, Value>();
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place)!;
    const { op, inputs, outputs } = call;
    const leaky = paramsIf(call, 'leakyRelu');
    const isActivation = op === 'relu' || (leaky !== null && leaky.slope > 0);
    const [input, output] = [inputs[0], isActivation ? outputs[0] : outputOf.get(inputs[0])];
    if (output === undefined || !isComputedOnce(input) || !isComputedOnce(output)) continue;
    if (isActivation) outputOf.set(input, output);
    else if (op === 'step') rewriter.replace(place, { ...call, inputs: [output] });
  }
  return rewriter.finish();
}

/**
 * Writes the gradient of leaky ReLU, which tfjs takes as a choice between dy and slope·dy, as the
 * product of dy with a step of the activation's output.
 */
export function choicesAsGradients(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  const pinned = new Set(graph.pinned);
  for (let place = 0; place < rewriter.length; place++) {
    const select = rewriter.at(place);
    if (select?.op !== 'select') continue;
    const [condition, dy, otherwise] = select.inputs;
    const [comparedAt, scaledAt] = [condition, otherwise].map((v) => rewriter.writerOf(v));
    if (comparedAt === null || scaledAt === null) continue;
    const compared = withScalar(rewriter, comparedAt, 'greater');
    const scaled = withScalar(rewriter, scaledAt, 'multiply');
    if (compared?.number !== 0 || scaled?.value !== dy || !(scaled.number >= 0)) continue;
    const activation = activationOf(rewriter, compared.value, scaled.number);
    if (activation === null || !rewriter.canDelay(scaledAt, place)) continue;
    const inputs = [dy, activation.outputs[0]];
    rewriter.replace(place, gradientCall(inputs, select.outputs, scaled.number));
    pinned.add(compared.scalar).add(scaled.scalar);
  }
  return { ...rewriter.finish(), pinned };
}

interface WithScalar {
  readonly value: Value;
  readonly scalar: Value;
  readonly number: number;
}

/** The tensor and the constant scalar that an operation takes. */
function withScalar(rewriter: Rewriter, place: number, op: string): WithScalar | null {
  const call = rewriter.at(place)!;
  if (call.op !== op) return null;
  const [value, scalar] = call.inputs;
  const { origin, length } = scalar;
  const isFixed = length === 1 && !rewriter.isWritten(scalar);
  if (origin.kind !== 'constant' || origin.values === undefined || !isFixed) return null;
  return { value, scalar, number: origin.values[0] };
}

function activationOf(rewriter: Rewriter, input: Value, slope: number): Call | null {
  if (rewriter.writerOf(input) === null) return null;
  for (const place of rewriter.readersOf(input)) {
    const call = rewriter.at(place)!;
    const leaky = paramsIf(call, 'leakyRelu');
    if (leaky === null || Math.fround(leaky.slope) !== slope) continue;
    if (rewriter.writerOf(call.outputs[0]) !== null) return call;
  }
  return null;
}

/** Makes a step and its product with a gradient one operation. */
export function fuseActivationGradients(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const step = rewriter.at(place);
    const params = paramsIf(step, 'step');
    if (step === null || params === null) continue;
    const multiplied = rewriter.onlyReaderOf(step.outputs[0]);
    const multiply = multiplied === null ? null : rewriter.at(multiplied);
    if (multiplied === null || !multiply || !isPairwise(multiply)) continue;
    if (!rewriter.canDelay(place, multiplied)) continue;
    const [mask] = step.outputs;
    const gradient = multiply.inputs.find((value) => value !== mask);
    if (gradient === undefined) continue;
    const inputs = [gradient, step.inputs[0]];
    rewriter.replace(multiplied, gradientCall(inputs, multiply.outputs, params.below), place);
  }
  return rewriter.finish();
}

/** The product of a gradient with a step of what an activation made. */
function gradientCall(inputs: readonly Value[], outputs: readonly Value[], below: number): Call {
  const rows = inputs[0].length;
  const params = paramsOf('activationGradient', { rows, channels: 1, below, withBias: false });
  return { op: 'activationGradient', inputs, outputs, params };
}

function isPairwise(call: Call): boolean {
  const params = paramsIf(call, 'multiply');
  if (params === null) return false;
  const { dtype, a, b } = params;
  return dtype === 'float32' && a.length === 1 && a[0] === b[0];
}
