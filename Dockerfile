# Built in two steps, so that the compiler stays out of the image that runs.
FROM node:20-bookworm-slim AS build
# better-sqlite3 and hnswlib-node are compiled.
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++
WORKDIR /opt/paperkin
COPY . .
# The image has Node's headers: nothing is fetched but packages.
RUN npm ci --omit=dev --nodedir=/usr/local

FROM node:20-bookworm-slim
COPY --from=build /opt/paperkin /opt/paperkin
# `docker exec NAME paperkin status` runs commands of the command line.
RUN ln -s /opt/paperkin/dist/cli/main.js /usr/local/bin/paperkin && install -d -o node -g node /library
# Outside the container, only the ports that it publishes are reachable. Every address but loopback needs API keys.
ENV PAPERKIN_DATA=/library PAPERKIN_HOST=0.0.0.0
USER node
VOLUME /library
EXPOSE 7460
HEALTHCHECK --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:7460/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["paperkin", "serve"]
