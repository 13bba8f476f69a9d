// @ts-check
const { readFileSync } = require('node:fs');
const os = require('node:os');

const INSTRUCTIONS =
  /^(sse|ssse|avx|amx|fma|f16c|bmi|popcnt|movbe|abm|lzcnt|adx|sha|aes|vaes|gfni|v?pclmul|asimd|sve|neon)/;

/**
 * The instruction sets of this machine's processor that a compiler may use, in the kernel's names
 * (`avx2`, `fma`, …). Elsewhere than on Linux the processor's model stands for them.
 *
 * @returns {string[]}
 */
exports.cpuFeatures = () => {
  if (process.platform !== 'linux') return [os.cpus()[0]?.model ?? os.arch()];
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'))?.[1];
  return (flags ?? '').split(/\s+/).filter((flag) => INSTRUCTIONS.test(flag));
};
