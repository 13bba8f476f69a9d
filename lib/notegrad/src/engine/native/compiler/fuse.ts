import type { Graph } from './call';
import {
  choicesAsGradients,
  fuseActivationGradients,
  stepsOfOutputs,
} from './fusion/activation-gradients';
import { fuseBiasGradients } from './fusion/bias-gradients';
import { withoutDeadCalls } from './fusion/dead-calls';
import { fuseEpilogues } from './fusion/epilogues';
import { fuseCroppings, fusePaddings } from './fusion/paddings';
import { fusePoolGradients } from './fusion/pool-gradients';

const passes = [
  stepsOfOutputs,
  choicesAsGradients,
  withoutDeadCalls,
  fuseEpilogues,
  fuseActivationGradients,
  fuseBiasGradients,
  fusePoolGradients,
  fusePaddings,
  fuseCroppings,
  withoutDeadCalls,
];

/** The same graph in fewer operations, each of which goes through memory once. */
export function fuse(graph: Graph): Graph {
  return passes.reduce((fused, pass) => pass(fused), graph);
}
