# syntax=docker/dockerfile:1
# The program (target "program") and the proxy with the static files (target "proxy").

FROM node:22-bookworm-slim AS assets
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json ./
COPY bin/assets bin/assets
COPY static static
RUN python3 bin/assets


FROM python:3.13-slim-bookworm AS packages
WORKDIR /build
RUN python -m venv /opt/countersign/venv
COPY requirements.txt constraints.txt ./
RUN /opt/countersign/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt -c constraints.txt


FROM python:3.13-slim-bookworm AS base
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 countersign \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin countersign \
 && install -d -o countersign -g countersign -m 0700 /var/lib/countersign
ENV PATH=/opt/countersign/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    STATE_DIR=/var/lib/countersign \
    STATIC_ROOT=/opt/countersign/static
WORKDIR /opt/countersign/program
COPY --from=packages /opt/countersign/venv /opt/countersign/venv
COPY . .
COPY --from=assets /build/static/build static/build


FROM base AS collected
# Throw-away values, in this layer alone: production's settings ask for them, collecting files does not use them
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=localhost ORGANISATION_NAME=none SEAL_KEY_FILE=none SEAL_CERTIFICATE_FILE=none \
    EMAIL_HOST=none DEFAULT_FROM_EMAIL=none DATABASE_URL=postgres://none/none REDIS_URL=redis://none/0 \
    python manage.py collectstatic --noinput --verbosity 0


FROM nginxinc/nginx-unprivileged:1.29-alpine AS proxy
COPY docker/nginx/nginx.conf /etc/nginx/nginx.conf
COPY docker/nginx/headers.conf /etc/nginx/headers.conf
COPY docker/nginx/unavailable.html /usr/share/nginx/html/unavailable.html
COPY --from=collected /opt/countersign/static /usr/share/nginx/html/static


FROM base AS program
COPY --from=collected /opt/countersign/static /opt/countersign/static
USER countersign
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--config", "docker/gunicorn.py"]
