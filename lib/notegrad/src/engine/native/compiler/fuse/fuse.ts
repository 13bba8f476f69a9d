import type { Graph } from '../graph/call';
import {
  choicesAsGradients,
  fuseActivationGradients,
  stepsOfOutputs,
} from './activation-gradients';
import { fuseBiasGradients } from './bias-gradients';
import { withoutDeadCalls } from './dead-calls';
import { fuseEpilogues } from './epilogues';
import { fuseCroppings, fusePaddings } from './paddings';
import { fusePoolGradients } from './pool-gradients';

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
