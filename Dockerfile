# Two images from one file: `docker build -t vivarium .`
# What runs has no compiler, no sources and no packages: the build holds what it uses of them. It runs as the user "node" and writes to /data alone.

FROM node:24-bookworm-slim AS build
WORKDIR /source
COPY . .
RUN npm ci && npm run build

FROM node:24-bookworm-slim AS install
WORKDIR /opt/vivarium
COPY package.json ./
COPY --from=build /source/dist dist
COPY bin bin
COPY profiles profiles
COPY schemas schemas
COPY seeds seeds
COPY README.md CHANGELOG.md LICENSE ./

FROM node:24-bookworm-slim
# HOME: a platform may run it as a user that no file names, which packages look up a home for.
ENV NODE_ENV=production \
    HOME=/tmp \
    VIVARIUM_DATA=/data \
    VIVARIUM_HOST=0.0.0.0
COPY --from=install /opt/vivarium /opt/vivarium
RUN ln -s /opt/vivarium/bin/vivarium.js /usr/local/bin/vivarium \
 && install -d -o node -g node -m 0700 /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8443
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["vivarium", "healthcheck"]
ENTRYPOINT ["vivarium"]
CMD ["start"]
