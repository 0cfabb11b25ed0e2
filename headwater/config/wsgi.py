import gc
import os

gc.disable()  # looking through a program that is still loading took a quarter of the start

from django.core.wsgi import get_wsgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")

django_application = get_wsgi_application()

import headwater.config.urls  # noqa: E402, F401 loaded now, not while somebody waits for a page
from headwater.sharing.links import Links  # noqa: E402 it has models: Django has to be up first

application = Links(django_application)

gc.freeze()
gc.enable()
