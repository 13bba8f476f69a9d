import {
  type OptimizerCall,
  RULE_NAMES,
  type RuleName,
  updateByOperations,
} from '../../optimizer-kernels';
import type * as tf from '../../tf';
import type { OperationParams } from '../backend/operations';
import { type NativeCall, nativeKernel, opName } from './native-kernel';

/** One operation over all variables, in place, which counts the step too. */
function step<Name extends RuleName>(name: Name): tf.KernelConfig {
  const op = opName<Uncapitalize<Name>>(name);
  return nativeKernel(name, ({ attrs, backend }: NativeCall) => {
    const call = attrs as unknown as OptimizerCall<Name>;
    const { members, count, params } = call;
    const isFloat32 = members.every(
      ({ variable, gradient }) => variable.dtype === 'float32' && gradient.dtype === 'float32',
    );
    if (!isFloat32) {
      updateByOperations(name, call);
      return [];
    }
    const numStates = members[0]?.states.length ?? 0;
    const variables = members.map(({ variable }) => variable);
    for (let i = 0; i < numStates; i++) {
      for (const { states } of members) variables.push(states[i]);
    }
    for (const variable of variables) backend.makeExclusive(variable);
    const updated = [backend.residentTensor(count, []), ...variables];
    const gradients = members.map(({ gradient }) => gradient);
    const learningRate = backend.live(call.learningRate);
    const sizes = gradients.map(({ size }) => size);
    const own = { sizes, ...params } as unknown as OperationParams[Uncapitalize<Name>];
    backend.run(op, [learningRate, ...gradients, ...updated], updated, own);
    backend.disposeData(learningRate.dataId);
    return [];
  });
}

/** Steps of optimizers. */
export const optimizerKernels: tf.KernelConfig[] = RULE_NAMES.map((name) => step(name));
