FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
WORKDIR /app
# /data keeps the webhook secret, and the database too where DATABASE_URL is not set.
RUN install --directory --owner=node --group=node --mode=700 /data
COPY --from=build /app/package.json /app/schema.graphql ./
COPY --from=build /app/migrations ./migrations
COPY --from=build /app/docs/queries ./docs/queries
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz/webhook`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Not by npm: signals reach the service itself.
CMD ["node", "--max-semi-space-size=64", "--no-memory-reducer", "--enable-source-maps", "dist/main.js"]
