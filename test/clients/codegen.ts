import { readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

const scalars = JSON.parse(readFileSync(new URL('../../docs/clients/scalars.json', import.meta.url), 'utf8'));

const config: CodegenConfig = {
  schema: process.env.API_URL,
  documents: ['generated/recipes/answer-rates.ts'],
  generates: {
    'generated/client/': {
      preset: 'client',
      config: { scalars, defaultScalarType: 'unknown', strictScalars: true, useTypeImports: true },
    },
  },
};

export default config;
