#!/usr/bin/env bash
# Prepares the image, once and without a network: unpacks Node with the packages, and, where Python lacks
# what drives a kernel, installs that from the wheels that came along.
set -euo pipefail
source="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
runtime="$source/runtime"
mkdir -p "$runtime"
tar -xzf "$source/runtime.tar.gz" -C "$runtime"
needed='import jupyter_client, nbclient, nbconvert'

if python3 -c "$needed" 2>/dev/null; then
  exit 0
fi
if [ ! -d "$source/wheels" ]; then
  echo "setup.sh: python3 has no nbclient, nbconvert or jupyter_client, and the zip was made without wheels" >&2
  exit 1
fi
python3 -m venv --without-pip "$runtime/python"
site="$("$runtime/python/bin/python3" -c 'import site; print(site.getsitepackages()[0])')"
python3 "$(echo "$source"/wheels/pip-*.whl)/pip" install --quiet --no-index --find-links "$source/wheels" \
  --target "$site" jupyter_client nbclient nbconvert
if ! "$runtime/python/bin/python3" -c "$needed"; then
  echo "setup.sh: the wheels are not for $(python3 --version): make the zip with --python of this version" >&2
  exit 1
fi
