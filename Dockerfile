# The cairn server as a small image: one binary, run by an unprivileged user, its data in /data.
# docs/docker.md tells how to build and run it, also where no container engine or registry is at hand.
ARG BUILDER_IMAGE=docker.io/library/rust:1.95-bookworm
ARG RUNTIME_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${BUILDER_IMAGE} AS builder
WORKDIR /src
COPY . .
# Dependencies and their builds stay in the caches, so that a changed source rebuilds this workspace alone.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --package cairn-api --bin cairn \
    && install -D --mode=0755 target/dist/cairn /out/usr/local/bin/cairn \
    && install -D --mode=0644 LICENSE /out/usr/share/doc/cairn/LICENSE \
    && install -D --mode=0644 api/assets/graphiql/LICENSES.txt /out/usr/share/doc/cairn/LICENSES-graphiql.txt \
    && install -D --mode=0644 render/fonts/LICENSES.txt /out/usr/share/doc/cairn/LICENSES-fonts.txt \
    && install -D --mode=0644 /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ca-certificates.crt \
    && install --directory --mode=0750 /data

# No command runs in this stage, so that any base with the C library will do.
FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Cairn" \
      org.opencontainers.image.description="Self-hosted GraphQL API for microcredentials" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=builder /out/ /
COPY --from=builder --chown=10001:10001 /data /data
ENV CAIRN_LISTEN=0.0.0.0:8080 \
    CAIRN_DATA_DIR=/data \
    CAIRN_DATABASE_URL=sqlite:///data/cairn.db?mode=rwc \
    CAIRN_LOG_FORMAT=json
# By number, so that an orchestrator can tell that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["cairn", "healthcheck"]
ENTRYPOINT ["cairn"]
CMD ["serve"]
