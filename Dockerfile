# One image for web, worker, beat, mailer and the one-off migration; docker-compose.yml says who does what.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/uv.txt requirements/base.txt requirements/
RUN python -m venv .venv \
    && .venv/bin/pip install --quiet --require-hashes -r requirements/uv.txt \
    && .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/base.txt
COPY manage.py ./
COPY accounts accounts
COPY schools schools
COPY workshops workshops
COPY booking booking
COPY config config
# TESTING lifts the demand for an installation's secrets, which an image must not hold.
RUN .venv/bin/python -m config.translations compile \
    && TESTING=1 STATIC_ROOT=/app/static .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && .venv/bin/python -m compileall -q accounts schools workshops booking config

FROM python:3.13-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings STATIC_ROOT=/app/static DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home app \
    && install --directory --owner app --mode 0700 /data/media /data/backups
WORKDIR /app
COPY --from=build /app /app
USER app
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "config.wsgi"]
