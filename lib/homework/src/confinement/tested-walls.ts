import { Mistake, reasonOf } from '../mistake';
import { bubblewrap } from './bubblewrap';
import { testWalls } from './self-test';
import type { Walls } from './walls';

/**
 * Walls that were found to hold, just now and on this machine.
 *
 * @throws a Mistake that says what does not hold, and what to do: nothing is run then
 */
export async function testedWalls(): Promise<Walls> {
  if (process.platform !== 'linux') {
    throw new Mistake(`code cannot be confined on ${process.platform}: bubblewrap is for Linux`);
  }
  try {
    const walls = bubblewrap();
    await testWalls(walls);
    return walls;
  } catch (error) {
    throw new Mistake(
      `students' code cannot be confined here: ${reasonOf(error)}\nTo run it all the same, with your rights, say --unconfined.`,
    );
  }
}

/** What people are told of the walls before code runs within them, or without any. */
export function describeWalls(walls: Walls | undefined): string {
  if (!walls) return 'unconfined: code of notebooks runs with your own rights';
  return ['confined, and tried:', ...walls.description.map((line) => `  ${line}`)].join('\n');
}
