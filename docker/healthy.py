"""Whether the web server of this container answers; the exit code says so."""

import os
import urllib.request

request = urllib.request.Request(
    "http://127.0.0.1:8000/healthy/",
    headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0], "X-Forwarded-Proto": "https"},
)
urllib.request.urlopen(request, timeout=5).close()
