import { globalName } from './cell-names';

const { defineProperty, getOwnPropertyDescriptor, setPrototypeOf } = Object;

/** The variables of the notebook: properties of the global object, live in every cell. */
export class Scope {
  private assigned = new Set<string>();

  /** What compiled cells assign declarations to: a name is declared, not changed. */
  readonly variables: Record<string, unknown> = this.declaring(true);
  /** The same for `const`. */
  readonly constants: Record<string, unknown> = this.declaring(false);

  declare(name: string, value: unknown, writable = true): void {
    this.assigned.add(name);
    defineProperty(globalThis, name, plain({ value, writable, configurable: true, enumerable: false }));
  }

  /** A name that means what a module exports at the time it is asked. */
  bind(name: string, get: () => unknown): void {
    this.assigned.add(name);
    defineProperty(globalThis, name, plain({ get, configurable: true, enumerable: false }));
  }

  /** `var` exists from the start of its cell on; one that exists already keeps its value. */
  hoist(names: readonly string[]): void {
    for (const name of names) {
      const known = getOwnPropertyDescriptor(globalThis, name);
      this.declare(name, known?.value);
    }
  }

  private declaring(writable: boolean): Record<string, unknown> {
    const set = (_target: object, name: string | symbol, value: unknown) => {
      this.declare(String(name), value, writable);
      return true;
    };
    return new Proxy({}, { set });
  }

  /** Starts a new account of the names that a cell declares. */
  beginCell(): void {
    this.assigned = new Set();
  }

  /** Whether the cell that runs, or ran last, has come to its declaration of this name. */
  isDeclared(name: string): boolean {
    return this.assigned.has(globalName(name));
  }
}

/** Without a prototype: what a cell adds to all objects, such as `get`, would be an option here. */
function plain(descriptor: PropertyDescriptor): PropertyDescriptor {
  return setPrototypeOf(descriptor, null);
}
