// @ts-check
// Brings a machine to where notebooks run and print: `npm run setup [-- --for lab]`.
// NOTEGRAD_SETUP=check changes nothing and reports; NOTEGRAD_SETUP=skip does not even look.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { aptCommand, asRoot, hasApt, installPackages, isOffered } from './setup/debian.mjs';
import { fail } from './setup/fail.mjs';
import { givenUp, giveUp } from './setup/given-up.mjs';
import { buildLibrary } from './setup/library.mjs';
import { locked } from './setup/lock.mjs';
import { buildNativeEngine, isNativeEngineBuilt } from './setup/native-engine.mjs';
import { ownNeeds, systemNeeds } from './setup/needs.mjs';
import { installNpmPackages } from './setup/npm-packages.mjs';
import { requirePlace } from './setup/place.mjs';

/** @typedef {import('./setup/needs.mjs').Need} Need */

const byHand = `With conda instead (Linux, macOS, no root needed):
  conda env create -f environment.yml && conda activate notegrad`;

/**
 * Installs what is missing and ends the process with exit code 1 where something required is
 * missing still.
 *
 * @param {import('./setup/needs.mjs').Purpose} [purpose]
 */
export async function setUp(purpose) {
  const mode = process.env.NOTEGRAD_SETUP || 'install';
  if (!['install', 'check', 'skip'].includes(mode)) {
    fail(`NOTEGRAD_SETUP is ${mode} (known: install, check, skip)`);
  }
  if (mode === 'skip') return;
  if (mode === 'check') process.exit(report(purpose) ? 0 : 1);

  const start = performance.now();
  const own = ownNeeds();
  if (!isComplete(own)) requirePlace();
  const ready = isComplete([...toInstall(systemNeeds(purpose)), ...own]);
  if (!ready) await locked(async () => install(purpose));
  buildNativeEngine();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const [jupyter, browser] = systemNeeds(purpose);
  console.log(`set-up: all in place after ${seconds} s`);
  console.log(`  Jupyter: ${jupyter.found}\n  Chromium: ${browser.found}`);
}

function install(/** @type {import('./setup/needs.mjs').Purpose | undefined} */ purpose) {
  const missing = toInstall(systemNeeds(purpose)).filter((need) => need.missing);
  const stillMissing = missing.length > 0 ? installSystem(missing, purpose) : [];
  const required = stillMissing.filter((need) => need.required);
  for (const need of stillMissing) console.log(`set-up: missing: ${need.missing}`);
  if (required.length > 0) {
    fail(`some of it is required, and ${whyMissing()}.\n${howTo(stillMissing)}`);
  }

  const [packages] = ownNeeds();
  if (packages.missing && !installNpmPackages()) fail('no npm packages: see above');
  const [, library] = ownNeeds();
  if (library.missing && !buildLibrary()) fail('the library does not build: see above');
}

/**
 * @param {Need[]} missing
 * @param {import('./setup/needs.mjs').Purpose | undefined} purpose
 * @returns {Need[]} what is missing afterwards
 */
function installSystem(missing, purpose) {
  const privilege = hasApt ? asRoot() : undefined;
  if (!privilege) return missing;
  installPackages(privilege, {
    required: packagesOf(missing.filter((need) => need.required)),
    optional: packagesOf(missing.filter((need) => !need.required)),
  });
  const stillMissing = systemNeeds(purpose).filter((need) => need.missing);
  giveUp(packagesOf(stillMissing.filter((need) => !need.required)));
  return stillMissing;
}

/** Leaves out what is optional and was tried in vain. */
function toInstall(/** @type {Need[]} */ needs) {
  const hopeless = givenUp();
  return needs.filter(
    ({ required, packages = [] }) => required || !packages.some((name) => hopeless.includes(name)),
  );
}

/** Prints every need and where it stands; the answer is whether all that is required is there. */
function report(/** @type {import('./setup/needs.mjs').Purpose | undefined} */ purpose) {
  const needs = [...systemNeeds(purpose), ...ownNeeds()];
  for (const { name, found, missing, required } of needs) {
    if (found) console.log(`  found    ${name}: ${found}`);
    else console.log(`  missing  ${missing}${required ? '' : ' (optional)'}`);
  }
  console.log(
    `  ${isNativeEngineBuilt() ? 'found    native engine' : 'missing  native engine: npm run build:addon (optional)'}`,
  );
  const missing = needs.filter((need) => need.missing);
  if (installable(missing).length > 0) console.log(howTo(missing));
  return needs.every((need) => need.found || !need.required);
}

function whyMissing() {
  if (!hasApt) return 'there is no apt here that could install it';
  if (!asRoot()) return 'installing it takes root, or sudo';
  return 'apt did not bring it: see above';
}

function howTo(/** @type {Need[]} */ missing) {
  const packages = installable(missing);
  const apt = `On Debian or Ubuntu, as root:\n  apt-get update\n  ${aptCommand(packages).join(' ')}\n`;
  return `${hasApt && packages.length > 0 ? apt : ''}${byHand}`;
}

/**
 * Their packages that apt knows: for one name that it does not know it installs none. What is required
 * every Debian has, and only before the first update apt knows none of it.
 */
function installable(/** @type {Need[]} */ missing) {
  const known = packagesOf(missing).filter(isOffered);
  const isUpdated = known.length > 0 || missing.every(({ required }) => !required);
  return isUpdated ? known : packagesOf(missing);
}

function isComplete(/** @type {Need[]} */ needs) {
  return needs.every((need) => need.found);
}

function packagesOf(/** @type {Need[]} */ needs) {
  return needs.flatMap((need) => need.packages ?? []);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [option, purpose] = process.argv.slice(2);
  if (option !== undefined && (option !== '--for' || purpose !== 'lab')) {
    fail(`unknown argument: ${process.argv.slice(2).join(' ')} (known: --for lab)`);
  }
  await setUp({ lab: purpose === 'lab' });
}
