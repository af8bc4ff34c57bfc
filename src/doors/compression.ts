import { constants } from 'node:zlib';
import type { FastifyCompressOptions } from '@fastify/compress';

const kB = 1024;

/**
 * How answers are compressed, at the least effort: a fifth to a quarter is left of JSON either way, and the highest takes five times
 * as long. What is small is done at once, for a hundredth of a millisecond; the rest by zlib's own threads.
 */
export const compression: FastifyCompressOptions & { syncThreshold: number } = {
  global: false,
  encodings: ['br', 'gzip'],
  threshold: kB,
  syncThreshold: 16 * kB,
  brotliOptions: { chunkSize: 64 * kB, params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
  zlibOptions: { chunkSize: 64 * kB, level: 1 },
};
