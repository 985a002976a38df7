#!/bin/sh
# Renders the three series as model inputs (some 3 minutes on two cores), then trains (some 2 minutes) and writes
# demo-cnn.onnx and CARD.md. Needs Node 24 and a python3 with torch and onnx (PYTHON names another one).
set -e
here=$(cd "$(dirname "$0")" && pwd)
generator="$here/../generator/main.ts"
node "$generator" inputs --out "$here/.cache/train" --seed 101 --count 1200
node "$generator" inputs --out "$here/.cache/test" --seed 102 --count 800
node "$generator" inputs --out "$here/.cache/bundled" --seed 2026 --count 60
exec "${PYTHON:-/usr/bin/python3}" "$here/train.py"
