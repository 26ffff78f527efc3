import subprocess
import sys

from tests.bench.machine import cpu_seconds

BURNS = "import time\nwhile time.process_time() < 0.3: pass"
STARTS_ONE_THAT_BURNS = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURNS!r}], check=True)
print("ended", flush=True)
sys.stdin.read()
"""


def test_what_a_child_used_counts_when_it_has_ended() -> None:
    command = [sys.executable, "-c", STARTS_ONE_THAT_BURNS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ended\n"
        assert cpu_seconds(parent.pid) >= 0.3
        parent.communicate()
