// @ts-check
// Kept to syntax that old Nodes parse, so that they reach the sentence below.

const OLDEST = [20, 9];

/** Ends the process with one sentence when this Node is too old for the project. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  console.error(
    `notegrad needs Node ${OLDEST.join('.')} or newer, and this is Node ${version}: see https://nodejs.org`,
  );
  process.exit(1);
}
