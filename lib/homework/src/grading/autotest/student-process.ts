/**
 * A process of its own for what a student defined: it is given the definitions, and answers what is asked
 * of them. It knows of no test, and what it writes decides nothing.
 */
import '../../kernel/compiled-typescript';

import { join } from 'node:path';
import { Modules } from '../../kernel/modules';
import { Scope } from '../../kernel/scope';
import { StackTraces } from '../../kernel/stack-traces';
import { ownRequire, packageFolder } from '../../project';
import { takeDisplays } from './displays';
import { Channel } from './frames';
import { serveCalls } from './serve-calls';
import { tensorsOf } from './tensors';

/** Where the student's process finds its channel. */
export const CHANNEL = 3;

/** What a student's process is told first. */
export interface Definitions {
  /** A CommonJS module that exports the names. */
  readonly code: string;
  /** Modules that have to be imported before it runs. */
  readonly imports: readonly string[];
}

async function main(): Promise<void> {
  const channel = new Channel(CHANNEL, CHANNEL);
  // Nobody looks at what it shows.
  takeDisplays(() => undefined);
  const library: typeof import('notegrad') = ownRequire('notegrad');
  const { restoreRandomState } = library;
  const tensors = tensorsOf(library.tf);
  const folder = process.cwd();
  const modules = new Modules(folder, packageFolder, new Scope(), new StackTraces());
  const exported: Record<string, unknown> = {};
  let failure: { readonly thrown: unknown } | undefined;
  const valueOfName = (name: string): unknown => {
    if (exported[name] !== undefined || !failure) {
      if (name in exported) return exported[name];
      throw new ReferenceError(`${name} is not defined`);
    }
    throw failure.thrown;
  };
  const { code, imports } = channel.receive().message as Definitions;
  // Answers wait for what is loaded; a module that never ends is ended by who asks.
  try {
    for (const specifier of imports) await modules.import(specifier);
    const run = new Function('exports', 'require', 'module', '__filename', '__dirname', code);
    const file = join(folder, 'notebook.ts');
    run(exported, modules.requireFrom(file), { exports: exported }, file, folder);
  } catch (thrown) {
    failure = { thrown };
  }
  const onEnd = (): never => process.exit(0);
  serveCalls({ channel, tensors, valueOfName, goOnRandom: restoreRandomState, onEnd }).resume();
}

if (require.main === module) void main();
