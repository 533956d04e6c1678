# One image for every service: docker build --build-arg SERVICE=auth --tag ticketaka/auth .
#
# TypeScript runs as it is, so there is nothing to build: an image is Node, the files of one service and its packages.
# tests/delivery/image-context.ts knows both; the same lists tell the deploy workflow which services a change concerns.
#
# The version below is the one of package.json. Its digest stands behind it once somebody with a registry in reach has
# put it there (docs/deploy.md says how); Dependabot moves both together, and the deploy workflow builds nothing without.
FROM node:24.21.0-bookworm-slim AS node

FROM node AS files
ARG SERVICE
WORKDIR /repository
COPY package-lock.json ./
COPY services services
COPY tests/delivery tests/delivery
RUN test -n "$SERVICE" || { echo 'say which: --build-arg SERVICE=<service>' >&2; exit 2; } \
  && node --disable-warning=ExperimentalWarning tests/delivery/image-context.ts "$SERVICE" --out /context

# Made again only when a package changes: COPY compares contents.
FROM node AS packages
WORKDIR /app
COPY --from=files /context/packages ./
# No package that runs needs its install script; none is run.
# Two thirds of what is installed is read by debuggers and compilers only.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && find . -type f '(' -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' ')' -delete

FROM node
# Nothing is installed in a container that runs, so it has nothing to install with.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn* \
  && cd /usr/local/bin && rm -f npm npx corepack yarn yarnpkg
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app ./
COPY --from=files /context/sources ./
# Number and not name: Kubernetes sees by it that this is not root. It owns nothing here.
USER 65532:65532
# Each workload is another entry, and the manifest names it: node services/auth/main.api.ts
CMD ["node", "--version"]
