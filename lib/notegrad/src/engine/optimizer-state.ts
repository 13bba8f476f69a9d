import { EngineError } from '../errors';
import type { GradientPair } from './gradient-pairs';
import type { Trained } from './optimizer-kernels';
import {
  ITERATIONS,
  type NamedState,
  type OptimizerWeights,
  parseWeights,
  STEPS,
  type StateKinds,
} from './optimizer-weights';
import { StepCount } from './step-count';
import * as tf from './tfjs';

/** Variables that were trained equally often: one count is for all of them. */
export interface Cohort {
  readonly steps: StepCount;
  readonly members: readonly Trained[];
}

export interface SetWeightsOptions {
  /**
   * Whether the names are those of variables that are there now. Default false: tfjs makes names unique
   * by a number at their end, in which a model that is loaded differs from what was saved.
   */
  readonly exactNames?: boolean;
}

interface VariableState {
  readonly states: readonly tf.Variable[];
  steps: StepCount;
}

/**
 * The state of an optimizer, by variable. Whatever else is trained or frozen, and in whatever order,
 * a variable meets the state that its own gradients made, as in PyTorch. Where the rule counts steps,
 * each variable has a number of its own: of the steps that it had a gradient in.
 */
export class OptimizerState {
  readonly iterations: StepCount = new StepCount(0);
  private readonly known = new Map<tf.Variable, VariableState>();
  /** State that was set and waits for its variable to be trained, by the variable's name. */
  private readonly waiting = new Map<string, NamedState<tf.Variable>>();
  private namesAreExact = false;
  private isDisposed = false;

  /** @param optimizer its name in messages */
  constructor(
    private readonly optimizer: string,
    readonly kinds: StateKinds,
  ) {}

  /**
   * What a step has to do, one cohort after the other. Where each variable has a count of its own, the
   * last cohort has no members: it counts the iterations of the optimizer.
   *
   * @param initial what the state of a variable that is seen for the first time is filled with
   */
  cohorts(pairs: readonly GradientPair[], initial: number): Cohort[] {
    if (this.isDisposed)
      throw new EngineError(`this ${this.optimizer} is disposed: make another one`);
    this.forgetDisposed();
    const variables = pairs.map(([variable]) => variable);
    this.meet(
      variables.filter((variable) => !this.known.has(variable)),
      initial,
    );
    if (this.kinds.countsSteps) this.separate(new Set(variables));
    const cohorts = new Map<StepCount, Trained[]>();
    for (const [variable, gradient] of pairs) {
      const { states, steps } = this.known.get(variable)!;
      const count = this.kinds.countsSteps ? steps : this.iterations;
      const members = cohorts.get(count);
      if (members === undefined) cohorts.set(count, [{ variable, gradient, states }]);
      else members.push({ variable, gradient, states });
    }
    if (!cohorts.has(this.iterations)) cohorts.set(this.iterations, []);
    return [...cohorts].map(([steps, members]) => ({ steps, members }));
  }

  /**
   * The number of iterations, then each kind of state by variable, in tfjs's order and with its names;
   * at the end the variables' numbers of steps, where they are not that of the iterations.
   */
  weights(): OptimizerWeights {
    this.forgetDisposed();
    const { value: iterations } = this.iterations;
    const { suffixes, countsSteps } = this.kinds;
    const all: NamedState<tf.Variable>[] = [
      ...[...this.known].map(([{ name }, { states, steps }]) => ({
        name,
        tensors: states,
        steps: countsSteps ? steps.value : iterations,
      })),
      ...this.waiting.values(),
    ];
    return [
      { name: ITERATIONS, tensor: tf.scalar(iterations, 'int32') },
      ...suffixes.flatMap((suffix, i) =>
        all.map(({ name, tensors }) => ({ name: `${name}/${suffix}`, tensor: tensors[i] })),
      ),
      ...all
        .filter(({ steps }) => steps !== iterations)
        .map(({ name, steps }) => ({
          name: `${name}/${STEPS}`,
          tensor: tf.scalar(steps, 'int32'),
        })),
    ];
  }

  /**
   * Takes over what `weights` gave, of this optimizer or another of its kind. A variable finds its state
   * by its name, when it is trained next.
   *
   * @throws when a tensor is missing, too many, or not of this kind of optimizer
   */
  async setWeights(weights: OptimizerWeights, { exactNames }: SetWeightsOptions): Promise<void> {
    const { iterations, states } = await parseWeights(weights, this.kinds, this.optimizer);
    const copies = states.map((state) => ({
      ...state,
      tensors: state.tensors.map((tensor) => tensor.variable(false)),
    }));
    this.forgetAll();
    this.iterations.value = iterations;
    this.namesAreExact = exactNames ?? false;
    for (const state of copies) this.waiting.set(state.name, state);
  }

  dispose(): void {
    this.forgetAll();
    this.iterations.dispose();
    this.isDisposed = true;
  }

  private forgetDisposed(): void {
    for (const [variable, { states }] of this.known) {
      if (!variable.isDisposed) continue;
      tf.dispose([...states]);
      this.known.delete(variable);
    }
  }

  private forgetAll(): void {
    for (const { states, steps } of this.known.values()) {
      tf.dispose([...states]);
      steps.dispose();
    }
    for (const { tensors } of this.waiting.values()) tf.dispose([...tensors]);
    this.known.clear();
    this.waiting.clear();
  }

  /** Gives variables the state that waits for them, or a new one. */
  private meet(variables: readonly tf.Variable[], initial: number): void {
    if (variables.length === 0) return;
    const found = this.findWaiting(variables);
    const counts = new Map<number, StepCount>();
    for (const variable of variables) {
      const waiting = found.get(variable);
      if (waiting !== undefined) this.waiting.delete(waiting.name);
      const fresh = () => tf.tidy(() => tf.fill(variable.shape, initial).variable(false));
      const states = waiting?.tensors ?? this.kinds.suffixes.map(fresh);
      const value = waiting?.steps ?? 0;
      const steps = counts.get(value) ?? new StepCount(value);
      counts.set(value, steps);
      this.known.set(variable, { states, steps });
    }
  }

  /** By the variable's name, or else by what the name is without the number at its end. */
  private findWaiting(
    variables: readonly tf.Variable[],
  ): Map<tf.Variable, NamedState<tf.Variable>> {
    const found = new Map<tf.Variable, NamedState<tf.Variable>>();
    for (const variable of variables) {
      const waiting = this.waiting.get(variable.name);
      if (waiting !== undefined) found.set(variable, waiting);
    }
    const others = variables.filter((variable) => !found.has(variable));
    const left = this.waitingBut(found.values());
    for (const variable of others) {
      const alike = ({ name }: { readonly name: string }) =>
        !this.namesAreExact && withoutNumber(name) === withoutNumber(variable.name);
      const candidates = left.filter(alike);
      if (candidates.length === 1 && others.filter(alike).length === 1) {
        found.set(variable, candidates[0]);
      }
    }
    this.checkFound(found, variables);
    return found;
  }

  private waitingBut(taken: Iterable<NamedState<tf.Variable>>): NamedState<tf.Variable>[] {
    const others = new Set(taken);
    return [...this.waiting.values()].filter((state) => !others.has(state));
  }

  private checkFound(
    found: ReadonlyMap<tf.Variable, NamedState<tf.Variable>>,
    variables: readonly tf.Variable[],
  ): void {
    const left = this.waitingBut(found.values());
    const without = variables.find((variable) => !found.has(variable));
    const given = `the state that was set for this ${this.optimizer}`;
    if (without !== undefined && left.length > 0) {
      const names = left.map(({ name }) => name).join(', ');
      throw new EngineError(`${given} is of ${names}, of which none is surely ${without.name}`);
    }
    for (const [variable, { name, tensors }] of found) {
      const wrong = tensors.find(({ shape }) => String(shape) !== String(variable.shape));
      if (wrong) {
        throw new EngineError(
          `${given} has shape [${wrong.shape}] for ${name}, which has [${variable.shape}]`,
        );
      }
    }
  }

  /** Where only some of a cohort are trained now, they have a count of their own from now on. */
  private separate(trained: ReadonlySet<tf.Variable>): void {
    const cohorts = new Map<StepCount, { now: VariableState[]; later: VariableState[] }>();
    for (const [variable, state] of this.known) {
      const cohort = cohorts.get(state.steps) ?? { now: [], later: [] };
      cohorts.set(state.steps, cohort);
      (trained.has(variable) ? cohort.now : cohort.later).push(state);
    }
    for (const [steps, { now, later }] of cohorts) {
      if (now.length === 0 || later.length === 0) continue;
      for (const part of [now, later]) {
        const own = new StepCount(steps.value);
        for (const state of part) state.steps = own;
      }
      steps.dispose();
    }
  }
}

/** Without the number that makes a name unique. */
function withoutNumber(name: string): string {
  return name.replace(/_\d+$/, '');
}
