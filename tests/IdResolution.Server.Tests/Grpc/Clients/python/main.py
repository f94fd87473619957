"""main.py GROUP [CASE ...]: what to call comes on standard input, see harness.py."""

import importlib
import sys
import tempfile

import harness
import stubs

with tempfile.TemporaryDirectory() as folder:
    stubs.generate(harness.config["protos"], harness.config["files"], folder)
    group = importlib.import_module(sys.argv[1])
    harness.run(group.CASES, sys.argv[2:])
    harness.close_all()
