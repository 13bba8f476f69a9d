// @ts-check
// Kept to what the oldest Nodes know, and loaded before anything else is parsed, so that they reach the
// sentence below.

/** Whether this Node can `require` an ES module, as jsdom does. */
function isNewEnough(/** @type {number} */ major, /** @type {number} */ minor) {
  if (major === 20) return minor >= 19;
  if (major === 22) return minor >= 12;
  return major > 22;
}

/** Ends the process with one sentence when this Node is too old for the project. */
function requireNode(/** @type {string} */ version) {
  const [major, minor] = version.split('.').map(Number);
  if (isNewEnough(major, minor)) return;
  console.error(
    `notegrad needs Node 20.19, 22.12 or newer, and ${process.execPath} is Node ${version}: see https://nodejs.org`,
  );
  process.exit(1);
}

requireNode(process.versions.node);

module.exports = { requireNode };
