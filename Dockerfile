# syntax=docker/dockerfile:1

# A Node release that is still looked after; Tocsin runs on every one from 20.19 on.
ARG NODE=22

# Builds Tocsin. better-sqlite3 is compiled here when no ready binary can be had, which is why this is not a slim image.
FROM node:${NODE}-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

# What runs: Node, the compiled program, its production dependencies. No compiler, no npm in the way, not root.
FROM node:${NODE}-bookworm-slim
LABEL org.opencontainers.image.title="Tocsin" \
      org.opencontainers.image.description="An alert router that is a drop-in for Prometheus Alertmanager and remembers everything" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/templates ./templates
COPY --from=build /app/migrations ./migrations
COPY --from=build /app/config/ /etc/tocsin/examples/
RUN ln -s /app/dist/main.js /usr/local/bin/tocsin \
 && ln -s /app/dist/ctl.js /usr/local/bin/tocsinctl \
 && chmod 0755 /app/dist/main.js /app/dist/ctl.js \
 && install -d -o node -g node -m 0750 /data
USER node
VOLUME /data
EXPOSE 9093
STOPSIGNAL SIGTERM
# Asks the default address: give --no-healthcheck, or a check of your own, with another port or route prefix.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9093/-/healthy').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The configuration is the user's: mount it at /etc/tocsin/alertmanager.yml. Further flags may be given after the image's name,
# together with these two.
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["--config.file=/etc/tocsin/alertmanager.yml", "--storage.path=/data"]
