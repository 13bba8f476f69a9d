import { WeightsError } from '../errors';
import { Global, Tuple, Unmade } from './pickle';
import { StoredView } from './stored-view';

/** Which of the dicts in a file is wanted. */
export interface StateDictChoice {
  /**
   * The key of the state dict in a checkpoint such as `{'epoch': 3, 'model_state_dict': …}`. Default:
   * the file is a state dict itself.
   */
  readonly key?: string;
}

/**
 * The tensors of the state dict that a file holds.
 *
 * @throws when there is none, or one has to be chosen: what there is
 */
export function viewsOfStateDict(
  value: unknown,
  { key }: StateDictChoice,
): Map<string, StoredView> {
  refuseModule(value);
  if (!(value instanceof Map)) {
    throw new WeightsError(
      value instanceof Unmade
        ? `it holds an object of Python, ${value.name}, which is not made here`
        : `it holds ${described(value)}, no dict of tensors`,
    );
  }
  if (key === undefined) return viewsOf(value);
  if (!value.has(key)) throw new WeightsError(`it has no ${key} (known: ${listed(value)})`);
  const chosen: unknown = value.get(key);
  refuseModule(chosen);
  if (!(chosen instanceof Map))
    throw new WeightsError(`its ${key} is ${described(chosen)}, no dict of tensors`);
  return viewsOf(chosen);
}

function viewsOf(dict: ReadonlyMap<unknown, unknown>): Map<string, StoredView> {
  const others = [...dict].filter(
    ([name, value]) => typeof name !== 'string' || !(value instanceof StoredView),
  );
  if (others.length === 0) return new Map(dict as ReadonlyMap<string, StoredView>);
  const inner =
    others.find(([, value]) => isStateDict(value)) ??
    others.find(([, value]) => value instanceof Map);
  if (inner !== undefined) {
    throw new WeightsError(
      `it is no dict of tensors but holds ${listed(dict)}: choose one by its key, as { key: '${inner[0]}' }`,
    );
  }
  const [name, value] = others[0];
  throw new WeightsError(`its entry ${String(name)} is no tensor: ${described(value)}`);
}

/** A module saved whole has its weights among its attributes, and its class elsewhere. */
function refuseModule(value: unknown): void {
  const isModule =
    value instanceof Unmade && value.state instanceof Map && value.state.has('_modules');
  if (isModule) {
    throw new WeightsError(
      `it holds a whole module, ${value.name}, whose class is not in the file: save its state dict ` +
        "in PyTorch, torch.save(module.state_dict(), 'weights.pt')",
    );
  }
}

const MOST_LISTED = 20;

function listed(dict: ReadonlyMap<unknown, unknown>): string {
  const entries = [...dict]
    .slice(0, MOST_LISTED)
    .map(([name, value]) => `${name} (${described(value)})`);
  const more = dict.size > MOST_LISTED ? `, and ${dict.size - MOST_LISTED} more` : '';
  return entries.join(', ') + more;
}

function described(value: unknown): string {
  if (value === null) return 'None';
  if (value instanceof StoredView) return `${value.typeName} [${value.shape}]`;
  if (isStateDict(value)) return `a state dict of ${value.size}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Tuple) return `a tuple of ${value.items.length}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Unmade || value instanceof Global) return value.name;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`;
  return typeof value === 'object' ? 'an object' : String(value);
}

function isStateDict(value: unknown): value is ReadonlyMap<unknown, StoredView> {
  const isDict = value instanceof Map && value.size > 0;
  return isDict && [...value.values()].every((item) => item instanceof StoredView);
}
