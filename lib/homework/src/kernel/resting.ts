import type { Kernel } from './kernel';
import { now, setTimer } from './own-clock';

const LIMIT_MS = 5000;
const LOOK_EVERY_MS = 20;
/** What of Node's resources is work that will end; a server or a child process may stay for good. */
const WORK = /^(?:Timeout|Immediate|FSReq|GetAddrInfo|TCPConnectWrap|Zlib|Random|Worker)/;

/** Resolves when nothing that cells began is under way any more, or after five seconds. */
export async function restingOf(kernel: Kernel): Promise<void> {
  const since = now();
  const isBusy = () =>
    kernel.isRunning || process.getActiveResourcesInfo().some((name) => WORK.test(name));
  while (now() - since < LIMIT_MS) {
    await new Promise<void>((resolve) => {
      setTimer(resolve, LOOK_EVERY_MS).unref();
    });
    if (!isBusy()) return;
  }
}
