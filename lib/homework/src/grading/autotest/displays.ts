import Module from 'node:module';
import type { Display } from '../../kernel/output';
import { ownRequire } from '../../project';

/**
 * Takes what the library and tslab's `display` show, as in a kernel, without a kernel's sockets. To be said
 * before either is loaded.
 */
export function takeDisplays(take: (display: Display, isUpdate: boolean) => void): void {
  const file = ownRequire.resolve('tslab/dist/jupyter.js');
  const protocol = new Module(file);
  protocol.filename = file;
  protocol.loaded = true;
  protocol.exports = { lastWriteDisplayData: take };
  ownRequire.cache[file] = protocol;
}
