import { Mistake, reasonOf } from '../mistake';
import { bubblewrap } from './bubblewrap';
import { testWalls } from './self-test';
import type { WallOptions, Walls } from './walls';

/**
 * Walls that were found to hold, just now and on this machine.
 *
 * @throws a Mistake that says what does not hold, and what to do: nothing is run then
 */
export async function testedWalls(options: WallOptions = {}): Promise<Walls> {
  if (process.platform !== 'linux') {
    throw new Mistake(`code cannot be confined on ${process.platform}: bubblewrap is for Linux`);
  }
  try {
    const walls = bubblewrap(options);
    await testWalls(walls);
    return walls;
  } catch (error) {
    throw new Mistake(
      `code cannot be confined here, and nothing was run: ${reasonOf(error)}\nTo run it with your own rights: grade --unconfined, run without --confined.`,
    );
  }
}

/** What people are told of the walls before code runs within them, or without any. */
export function describeWalls(walls: Walls | undefined): string {
  if (!walls) return 'unconfined: code of notebooks runs with your own rights';
  return ['confined, and tried:', ...walls.description.map((line) => `  ${line}`)].join('\n');
}
