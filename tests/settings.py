"""The product's own settings, changed only in hashing, mail, tasks and where data is kept."""

import atexit
import os
import shutil
import tempfile

data = tempfile.mkdtemp(prefix="headwater-tests-")
atexit.register(shutil.rmtree, data, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("HEADWATER_")]:
    if not name.startswith("HEADWATER_TEST_") and name != "HEADWATER_SHARED":
        del os.environ[name]  # what an operator has set must not colour a test
os.environ["HEADWATER_DATA"] = data
os.environ["HEADWATER_DATABASE_URL"] = os.environ.get("HEADWATER_TEST_DATABASE_URL", "")
os.environ["HEADWATER_SECRET_KEY"] = "the-same-in-every-process-of-a-test-run-and-used-nowhere-else"

from headwater.config.settings import *  # noqa: E402, F403
from headwater.config.settings import DATABASES, HUEY  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
HUEY["immediate"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["TEST"] = {"MIGRATE": False}  # made at once: see conftest.py
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads that race must meet the same locks as in real life.
    DATABASES["default"]["TEST"]["NAME"] = os.path.join(data, "test.sqlite3")
