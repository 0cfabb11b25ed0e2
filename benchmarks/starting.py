"""How long somebody waits for the first page when everything is in place already."""

import http.client
import signal
import subprocess
import sys
import tempfile
import time

from benchmarks.table import Figure, benchmark
from headwater.cli.bootstrap import ROOT
from tests.ports import free_port


@benchmark
def second_start() -> Figure:
    """`./run` to the first answer, against a bare interpreter that only imports Django."""
    with tempfile.TemporaryDirectory() as data:
        first_page(data)
        ours = min(first_page(data) for _ in range(3))
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import django.urls, django.db.models"], check=True)
    peer = time.perf_counter() - began
    return Figure(
        work="first page of a second start",
        ours=f"{ours:.2f} s",
        peer=f"importing Django: {peer:.2f} s",
        ratio=f"{ours / peer:.1f}",
        reach="under 3 s",
        is_reached=ours < 3,
    )


def first_page(data: str) -> float:
    port = free_port()
    command = [str(ROOT / "run"), "--empty", "--no-browser", "--port", str(port), "--data", data]
    began = time.perf_counter()
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                connection.request("GET", "/")
                connection.getresponse().read()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.01)
            finally:
                connection.close()
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(timeout=30)
