"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from core.startup import refuse_a_powerful_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

application = get_wsgi_application()
refuse_a_powerful_role()
