import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")

django_application = get_wsgi_application()

from headwater.sharing.links import Links  # noqa: E402 it has models: Django has to be up first

application = Links(django_application)
