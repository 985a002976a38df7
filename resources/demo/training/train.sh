#!/bin/sh
# Renders the two series as model inputs, each subject without any cue and with each (some 12 minutes of processor time), then trains the
# trunk (2 minutes) and the family (some 5 seconds a model) and writes the models, family/measures.json and the cards. What lies in .cache is
# not made again. Needs Node 24 and a python3 with torch and onnx (PYTHON names another one).
set -e
here=$(cd "$(dirname "$0")" && pwd)
generator="$here/../generator/main.ts"
[ -f "$here/.cache/train/series.json" ] || node "$generator" inputs --out "$here/.cache/train" --seed 201 --count 1200 --binning 2
[ -f "$here/.cache/test/series.json" ] || node "$generator" inputs --out "$here/.cache/test" --seed 202 --count 400
exec "${PYTHON:-/usr/bin/python3}" "$here/train.py"
