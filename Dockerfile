# Two stages: the first builds the library, front end and all, into /opt/lending; the second is only Python and that.
#
#     docker build -t lending . && docker run --init -p 127.0.0.1:8080:8080 -v lending:/data lending

FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/lending && /opt/lending/bin/pip install --no-cache-dir .

FROM python:3.13-slim
# PDFs may name fonts that they don't bring: Chinese, Japanese and Korean ones need a stand-in here.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-dejavu-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/lending /opt/lending
RUN useradd --system --uid 1000 --home-dir /data lending && install -d -o lending -m 700 /data
ENV PATH=/opt/lending/bin:$PATH LENDING_HOME=/data LENDING_BIND=0.0.0.0:8080
USER lending
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["lending", "serve"]
