#!/usr/bin/env bash
# Prepares the image, once and without a network: unpacks Node with the packages; where Python lacks what
# drives a kernel, installs that from the wheels that came along; and grades the solution, so that an image
# that cannot grade is none.
set -euo pipefail
source="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
runtime="$source/runtime"
mkdir -p "$runtime"
tar -xzf "$source/runtime.tar.gz" -C "$runtime"
needed='import jupyter_client, nbclient, nbconvert'

install_wheels() {
  if [ ! -d "$source/wheels" ]; then
    echo "setup.sh: python3 has no nbclient, nbconvert or jupyter_client, and the zip was made without wheels" >&2
    exit 1
  fi
  python3 -m venv --without-pip "$runtime/python"
  local site
  site="$("$runtime/python/bin/python3" -c 'import site; print(site.getsitepackages()[0])')"
  if ! python3 "$(echo "$source"/wheels/pip-*.whl)/pip" install --quiet --no-index --root-user-action=ignore \
    --find-links "$source/wheels" --target "$site" jupyter_client nbclient nbconvert ||
    ! "$runtime/python/bin/python3" -c "$needed"; then
    echo "setup.sh: the wheels are not for $(python3 --version): make the zip with --python of this version" >&2
    exit 1
  fi
}
if ! python3 -c "$needed" 2>/dev/null; then install_wheels; fi

trial="$(mktemp -d)"
trap 'rm -rf "$trial"' EXIT
ln -s "$source" "$trial/source"
cp -r "$source/assignment" "$trial/submission"
if ! AUTOGRADER_ROOT="$trial" KEEP_PLAN=1 bash "$source/run_autograder"; then
  echo "setup.sh: the solution cannot be graded here, and so no submission could be" >&2
  exit 1
fi
"$runtime/node/bin/node" - "$trial/results/results.json" <<'SCRIPT'
const { tests } = JSON.parse(require('node:fs').readFileSync(process.argv[2], 'utf8'));
const lost = tests.filter(({ score, max_score }) => score < max_score).map(({ name }) => name);
if (lost.length === 0) process.exit(0);
console.error(`setup.sh: the solution does not pass here: ${lost.join(', ')}`);
process.exit(1);
SCRIPT
