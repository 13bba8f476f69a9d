// @ts-check
// Plain JavaScript without dependencies: the set-up asks it before anything is installed or built.
const { accessSync, constants, statSync } = require('node:fs');
const { delimiter, join } = require('node:path');

const COMMANDS = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'];
const MAC_APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function findBrowser() {
  const byHand = process.env.CHROME_PATH;
  if (byHand) {
    if (isProgram(byHand)) return byHand;
    throw new Error(`CHROME_PATH is ${byHand}, which is not a program`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...onPath, ...MAC_APPLICATIONS].find(isProgram);
}

module.exports = { findBrowser };
