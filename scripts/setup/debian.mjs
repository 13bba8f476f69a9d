// @ts-check
import { existsSync } from 'node:fs';
import { ask, runInTheOpen } from './run.mjs';

/** Packages by what they are for; each set is installed where what it brings was not found. */
export const packagesFor = {
  jupyter: ['python3-jupyter-client', 'python3-nbclient', 'python3-nbconvert'],
  browser: ['chromium', 'fonts-dejavu-core'],
  sandbox: ['chromium-sandbox'],
  fonts: ['fonts-linuxlibertine'],
  worldFonts: ['fonts-noto-core', 'fonts-noto-cjk', 'fonts-noto-color-emoji'],
  native: ['g++', 'libdnnl-dev', 'libopenblas-dev', 'libopenblas0-openmp'],
  fashionMnist: ['dataset-fashion-mnist'],
  lab: ['jupyterlab'],
  classicLab: ['jupyter-notebook'],
  confinement: ['bubblewrap'],
  clangFormat: ['clang-format-14'],
};

export const hasApt = existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-query');

/** Those of the packages that are not installed; none where there is no dpkg to ask. */
export function missingPackages(/** @type {string[]} */ packages) {
  if (!hasApt) return [];
  // dpkg-query fails when it knows nothing of one of them, and still lists the others.
  const query = `dpkg-query -W -f='\${db:Status-Status} \${Package}\n' ${packages.join(' ')} || true`;
  const known = ask('sh', '-c', query) ?? '';
  return packages.filter((name) => !known.split('\n').includes(`installed ${name}`));
}

/**
 * How to run a command as root: as we are, or through sudo (which may ask for a password only where
 * someone is there to type it). Undefined where there is no way.
 *
 * @returns {string[] | undefined}
 */
export function asRoot() {
  if (process.getuid?.() === 0) return [];
  if (ask('sudo', '-n', 'true') !== undefined) return ['sudo', '-n'];
  const someoneIsThere = process.stdin.isTTY && process.stderr.isTTY;
  return someoneIsThere && ask('sudo', '--version') !== undefined ? ['sudo'] : undefined;
}

/** The commands that install, for the reader who has to run them by hand. */
export function aptCommand(/** @type {string[]} */ packages) {
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const apt = ['apt-get', '--quiet', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Dpkg::Use-Pty=0'];
  return [...quiet, ...apt, 'install', '--yes', '--no-install-recommends', ...packages];
}

/**
 * Installs packages, refreshing apt's lists only if they do not know one of them or have gone stale.
 * The optional ones go last and on their own, so that they cannot keep the required ones out.
 *
 * @param {string[]} privilege
 * @param {{ required: string[], optional: string[] }} packages
 */
export function installPackages(privilege, { required, optional }) {
  console.log(`set-up: installing system packages (${required.concat(optional).join(', ')}) …`);
  let fresh = false;
  const update = () => {
    fresh = true;
    return runInTheOpen([...privilege, 'apt-get', '--quiet', 'update']);
  };
  if (!required.concat(optional).every(isOffered)) update();
  for (const packages of [required, optional.filter(isOffered)]) {
    if (packages.length === 0) continue;
    const install = () => runInTheOpen([...privilege, ...aptCommand(packages)]);
    if (!install() && !fresh && update()) install();
  }
}

export function isOffered(/** @type {string} */ name) {
  const candidate = /Candidate: (.*)/.exec(ask('apt-cache', 'policy', name) ?? '')?.[1];
  return candidate !== undefined && candidate !== '(none)';
}
