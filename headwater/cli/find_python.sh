# Sets $python to the first interpreter that Headwater runs on, or says what to do.
python=
for candidate in "${HEADWATER_PYTHON:-python3}" python3 python3.13 python3.14 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null
    then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "no python3")
    echo "Python 3.11 or newer is needed, up to 3.14; this machine has $found." >&2
    echo "Install one (Debian and Ubuntu: sudo apt install python3.11 python3.11-venv; macOS: brew install python@3.13) and try again." >&2
    exit 2
fi
