import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Seconds without a word after which a process of ours is taken to hang. */
export const PATIENCE = 120;
/** How often a process says that it is there. */
const BEAT_MS = 1000;
const LOOKS = 12;

/** Says again and again that this process is there, until it ends or the timer is cleared. */
export function beat(say: () => void): NodeJS.Timeout {
  return setInterval(say, BEAT_MS).unref();
}

/**
 * Says so beside a file that somebody waits for who looks whether we hang.
 *
 * @returns takes the sign away
 */
export function beatBeside(file: string): () => void {
  const sign = `${file}.alive`;
  mkdirSync(dirname(sign), { recursive: true });
  const timer = beat(() => {
    try {
      writeFileSync(sign, String(Date.now()));
    } catch {
      // A full disk, say, has room again later, or we are taken to hang.
    }
  });
  return () => {
    clearInterval(timer);
    rmSync(sign, { force: true });
  };
}

/** Notices that nothing was heard for some seconds, those not counted in which we ourselves were stopped. */
export class Watchdog {
  private silentLooks = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(onSilence: () => void, patience: number = PATIENCE) {
    const look = () => {
      this.silentLooks++;
      if (this.silentLooks <= LOOKS) return;
      this.end();
      onSilence();
    };
    this.timer = setInterval(look, (patience * 1000) / LOOKS);
  }

  heard(): void {
    this.silentLooks = 0;
  }

  end(): void {
    clearInterval(this.timer);
  }
}
