import { transformAsync } from '@babel/core';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [
    {
      name: 'relay',
      enforce: 'pre',
      transform: async (code, id) => {
        if (!/relay[\w.-]*\.tsx$/.test(id)) return null;
        const plugins = [
          ['@babel/plugin-syntax-typescript', { isTSX: true }],
          ['relay', { eagerEsModules: true }],
        ];
        const out = await transformAsync(code, { filename: id, plugins, configFile: false, babelrc: false });
        return out?.code ? { code: out.code, map: null } : null;
      },
    },
  ],
  test: { include: ['src/**/*.test.{ts,tsx}'], testTimeout: 30_000 },
});
