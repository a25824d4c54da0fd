"""The scripts in `js/`, run by node with the vendor's JavaScript client."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

SCRIPTS: Final = Path(__file__).parent / "js"
NODE: Final = shutil.which("node")
CLIENT: Final = SCRIPTS / "node_modules" / "@voucherify" / "sdk" / "package.json"
INSTALLED: Final = pytest.mark.skipif(
    NODE is None or not CLIENT.exists(),
    reason="the JavaScript client is not installed: node and npm are needed",
)


def told(script: str, host: str) -> Any:  # noqa: ANN401  # a test looks into whatever was answered
    """What the client was answered in `script`, by the names that it gives."""
    environment = {**os.environ, "COUNTERFOIL_URL": host, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(  # noqa: S603  # the scripts are ours
        (NODE or "node", str(SCRIPTS / script)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
