// @ts-check
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { clangFormat } from './clang-format.mjs';
import { hasApt, isOffered, missingPackages, packagesFor } from './debian.mjs';
import { isLibraryBuilt } from './library.mjs';
import { missingNpmPackages } from './npm-packages.mjs';

const require = createRequire(import.meta.url);
const { findBrowser } = require('../../lib/homework/bin/find-browser.js');
const { findPython } = require('../../lib/homework/bin/find-python.js');

/**
 * Something the project needs from the machine. `found` says what was found; `missing` says what is
 * not there, and what for. One of the two is set.
 *
 * @typedef {object} Need
 * @property {string} name
 * @property {boolean} required
 * @property {string} [found]
 * @property {string} [missing]
 * @property {string[]} [packages] Debian's packages that bring it
 */

/** @typedef {{ lab?: boolean, tests?: boolean }} Purpose */

/** What the system has to have, before anything of our own. */
export function systemNeeds(/** @type {Purpose} */ { lab = false, tests = false } = {}) {
  const search = findPython();
  /** @type {Need[]} */
  const needs = [jupyter(search), browser()];
  if (lab) needs.push(frontEnd(search));
  if (tests) needs.push(formatterOfCpp());
  if (!hasApt) return needs;
  if (isDebiansBrowser()) needs.push(sandbox());
  return [...needs, ...[fonts(), worldFonts(), fashionMnist(), nativeLibraries(), confinement()]];
}

/** What we install and build ourselves, in this order. */
export function ownNeeds() {
  return [npmPackages(), library()];
}

/** @returns {Need} */
function jupyter(/** @type {ReturnType<typeof findPython>} */ { python, passedOver }) {
  const name = 'Jupyter';
  const others = passedOver.map(({ path, reason }) => `${path} ${reason}`).join('; ');
  if (!python) {
    const looked = others ? `looked at: ${others}` : 'no python3 was found';
    const missing = `Jupyter's client, nbclient and nbconvert, which run notebooks (${looked})`;
    return { name, required: true, missing, packages: packagesFor.jupyter };
  }
  const { nbclient, nbconvert } = python.modules;
  const taken = `${python.path} with nbclient ${nbclient}, nbconvert ${nbconvert}`;
  return { name, required: true, found: others ? `${taken} (${others})` : taken };
}

/** @returns {Need} */
function browser() {
  const name = 'Chromium';
  try {
    const path = findBrowser();
    if (path) return { name, required: true, found: path };
  } catch (error) {
    return { name, required: true, missing: /** @type {Error} */ (error).message };
  }
  const missing = 'Chromium or Chrome, which prints the PDFs (CHROME_PATH may name it)';
  return { name, required: true, missing, packages: packagesFor.browser };
}

/** @returns {Need} */
function frontEnd(/** @type {ReturnType<typeof findPython>} */ { python }) {
  const name = 'JupyterLab or Notebook';
  if (python?.frontEnd) return { name, required: true, found: python.frontEnd };
  const missing = 'JupyterLab or the classic Notebook, which opens notebooks in a browser';
  // Debian has JupyterLab since 13.
  const packages = packagesFor.lab.every(isOffered) ? packagesFor.lab : packagesFor.classicLab;
  return { name, required: true, missing, packages };
}

/** Whether what prints the PDFs is Debian's Chromium, or will be. */
function isDebiansBrowser() {
  const debians = '/usr/bin/chromium';
  const named = process.env.CHROME_PATH;
  // One that is named need not be a program: `browser` says so.
  if (named) return named === debians;
  const path = findBrowser();
  return path === undefined || path === debians;
}

/** @returns {Need} */
function sandbox() {
  const what = "Chromium's sandbox for containers (without it only root prints there)";
  return fromPackages(what, packagesFor.sandbox);
}

/** @returns {Need} */
function fonts() {
  return fromPackages('the typeface of the PDFs (without it another is used)', packagesFor.fonts);
}

/** @returns {Need} */
function worldFonts() {
  const what = "emoji and the world's scripts in PDFs (without them such a text is not printed)";
  return fromPackages(what, packagesFor.worldFonts);
}

/** @returns {Need} */
function fashionMnist() {
  return fromPackages('the data set Fashion-MNIST', packagesFor.fashionMnist);
}

/** @returns {Need} */
function nativeLibraries() {
  if (existsSync(join(process.env.CONDA_PREFIX ?? '/nowhere', 'include', 'dnnl.hpp'))) {
    return { name: 'oneDNN and OpenBLAS', required: false, found: 'from conda' };
  }
  const what = 'a C++ compiler, oneDNN and OpenBLAS for the native engine (without it: wasm)';
  return fromPackages(what, packagesFor.native);
}

/** @returns {Need} */
function confinement() {
  const what = "bubblewrap, which confines students' code (without it: grade --unconfined)";
  return fromPackages(what, packagesFor.confinement);
}

/** @returns {Need} */
function formatterOfCpp() {
  const name = 'clang-format';
  const { command, missing } = clangFormat();
  if (command) return { name, required: false, found: command };
  const what = `${missing}, without which the form of the C++ is not checked`;
  return { name, required: false, missing: what, packages: packagesFor.clangFormat };
}

/** @returns {Need} */
function fromPackages(/** @type {string} */ name, /** @type {string[]} */ packages) {
  const absent = missingPackages(packages);
  if (absent.length === 0) return { name, required: false, found: packages.join(', ') };
  return { name, required: false, missing: name, packages: absent };
}

/** @returns {Need} */
function npmPackages() {
  const absent = missingNpmPackages();
  const name = 'npm packages';
  if (absent.length === 0) return { name, required: true, found: 'as in package-lock.json' };
  const missing = `${absent.length} npm packages of package-lock.json: npm run setup`;
  return { name, required: true, missing };
}

/** @returns {Need} */
function library() {
  const name = 'library';
  if (isLibraryBuilt()) return { name, required: true, found: 'built' };
  return { name, required: true, missing: 'the library as built from its sources: npm run build' };
}
