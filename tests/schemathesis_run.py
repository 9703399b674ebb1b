"""schemathesis: asks an API all that its OpenAPI document allows, and much that it forbids."""

import random
import re
import subprocess
import sys


def ask_all(document, exceptions, folder, but=None):
    """Every operation of `document`, a URL, but the path `but`; `exceptions`: schemathesis.toml. Its examples are made by a
    seed; on a failure it prints a curl command for each answer that is not as described."""
    seed = random.randrange(2**31)
    print(f"replay with --seed {seed}")
    config = folder / "schemathesis.toml"
    config.write_text(exceptions)
    run = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", document,
         *(["--exclude-path", but] if but else []), "--phases", "examples,coverage,fuzzing", "--max-examples", "20",
         "--seed", str(seed), "--request-timeout", "30", "--no-color"],
        cwd=folder, capture_output=True, text=True, timeout=240)
    print(run.stdout[-20_000:], run.stderr[-2000:])
    assert run.returncode == 0
    assert int(re.search(r"(\d+) generated", run.stdout)[1]) > 100, "it has asked for something"
