"""All of CI: `./test` runs this in the environment it has made. `./test --help` says how.

Every check prints one line, and what it found only if it failed; the last line sums up.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
sys.path.insert(0, str(ROOT))
SUMS = "headwater/stats"
WALKED = [str(BIN / "coverage"), "run", "--branch", f"--source={SUMS}"]
WORTH_A_SECOND_TRY = 20  # more failures than this are no accident

from tests.chromium import CHROMIUM, HOW_TO_INSTALL  # noqa: E402
from tests.postgres import postgres  # noqa: E402


@dataclass(frozen=True)
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def main() -> int:
    options, chosen = arguments().parse_known_args()
    os.chdir(ROOT)
    start = time.monotonic()
    if chosen:
        count = run_pytest(chosen, "sqlite")
        count += run_on_postgresql(chosen) if options.postgresql else Count()
    else:
        count = run_everything(options)
    print(f"\nTook {time.monotonic() - start:.0f} s.\n{count}", flush=True)
    return 1 if count.failed or not count.passed else 0


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./test",
        description="Every check and test. With paths or pytest's own options: those tests alone.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="SQLite alone, no browser, nothing slow, no types"
    )
    parser.add_argument(
        "--postgresql", action="store_true", help="run the chosen tests on PostgreSQL as well"
    )
    parser.add_argument(
        "--require-browser", action="store_true", help="a skipped browser test is a failure"
    )
    return parser


def run_everything(options: argparse.Namespace) -> Count:
    count = run_checks(quick=options.quick)
    kind = "not browser" + (" and not slow" if options.quick else "")
    together = ["-n", "2", "-m", kind]
    if options.quick:
        return count + run_pytest(together, "sqlite")
    together.append(f"--ignore={SUMS}")  # they know no database
    count += run_sums(kind)
    count += run_pytest(together, "sqlite")
    count += run_on_postgresql(together)
    browser = run_pytest(["-m", "browser"], "browser")
    if CHROMIUM is None:
        print(f"The browser tests were skipped: there is no Chromium here. {HOW_TO_INSTALL}")
    if options.require_browser and (browser.skipped or not browser.passed):
        print("Browser tests must run here, and were skipped.")
        browser += Count(failed=1)
    return count + browser


def run_checks(*, quick: bool) -> Count:
    templates = [str(path) for path in sorted(ROOT.glob("headwater/*/templates/**/*.html"))]
    python = ["headwater", "tests", "benchmarks", "conftest.py"]
    checks = {
        "format": ["ruff", "format", "--check", "--quiet", *python],
        "lint": ["ruff", "check", "--quiet", *python],
        "templates": ["djade", "--target-version", "5.2", "--check", *templates],
        "import contracts": ["lint-imports"],
        "system checks": ["headwater", "check", "--fail-level", "WARNING"],
        "missing migrations": ["headwater", "makemigrations", "--check", "--dry-run"],
    }
    if not quick:
        checks["types"] = ["mypy", *python]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return sum(pool.map(run_check, checks.keys(), checks.values()), Count())


def run_check(name: str, command: list[str]) -> Count:
    start = time.monotonic()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }
    ran = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        capture_output=True, text=True, env=environment,
    )  # fmt: skip
    verdict = "ok" if ran.returncode == 0 else "FAILED"
    print(f"{name:20} {verdict} ({time.monotonic() - start:.1f} s)", flush=True)
    if ran.returncode:
        print(ran.stdout + ran.stderr, flush=True)
    return Count(failed=1) if ran.returncode else Count(passed=1)


def run_sums(kind: str) -> Count:
    """The sums alone, once; each line and each branch of them is walked, published cases or not."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COVERAGE_FILE"] = str(Path(folder) / "coverage")
        count = run_pytest([SUMS, "-m", kind], "sums")
        told = ["report", f"--include={SUMS}/*", "--omit=*/tests/*", "--fail-under=100", "-m"]
        return count + run_check("branches of the sums", ["coverage", *told, "--skip-covered"])


def run_on_postgresql(chosen: list[str]) -> Count:
    with ExitStack() as stack:
        url = os.environ.get("HEADWATER_TEST_DATABASE_URL") or stack.enter_context(postgres())
        return run_pytest(chosen, "postgresql", url)


def run_pytest(chosen: list[str], name: str, database: str = "") -> Count:
    """One run; what failed in it is tried once more by itself, and named if it passes then.

    A few tests race real processes against the clock, and a machine under load is no fault of
    theirs. What fails twice has failed.
    """
    apart = {"browser": "\nBrowser tests:", "sums": "\nTests of the sums:"}
    print(apart.get(name, f"\nTests on {name}:"), flush=True)
    count = once(chosen, database, runner=WALKED if name == "sums" else ())
    if not 0 < count.failed <= WORTH_A_SECOND_TRY:
        return count
    print(f"\nOnce more, one at a time: the {count.failed} that failed on {name}.", flush=True)
    alone = [option for option in chosen if option not in {"-n", "2"}]
    again = once([*alone, "--last-failed", "--last-failed-no-failures=none"], database)
    if again == Count():
        return count
    if again.passed:
        print(f"{again.passed} passed only when run again by themselves: see above.", flush=True)
    failed = min(count.failed, again.failed)
    return Count(count.passed + count.failed - failed, failed, count.skipped)


def once(chosen: list[str], database: str, runner: Sequence[str] = ()) -> Count:
    environment = {**os.environ, "HEADWATER_TEST_DATABASE_URL": database}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [*runner, str(BIN / "pytest"), "-q", f"--junitxml={report}", *chosen]
        code = subprocess.run(command, env=environment).returncode
        return read(report) if code in {0, 1} and report.exists() else none_or_broken(code)


def none_or_broken(code: int) -> Count:
    """Pytest ends with 5 when it found no test to run; any other code is a run that broke."""
    return Count() if code == 5 else Count(failed=1)


def read(report: Path) -> Count:
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))

    def total(name: str) -> int:
        return sum(int(suite.get(name, 0)) for suite in suites)

    failed = total("failures") + total("errors")
    return Count(total("tests") - failed - total("skipped"), failed, total("skipped"))


if __name__ == "__main__":
    sys.exit(main())
