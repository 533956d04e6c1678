/** One configuration for every workspace. TypeScript is only stripped, as Node itself does; `tsc` checks the types. */
export default {
  testEnvironment: '<rootDir>/tests/setup/environment.ts',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/{services,charts-cdk8s,gitops,local,tests}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.local/'],
  modulePathIgnorePatterns: ['/.local/'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/tests/setup/global-setup.ts',
  globalTeardown: '<rootDir>/tests/setup/global-teardown.ts',
  injectGlobals: false,
  coverageProvider: 'v8',
  // Where everything else that is made lies, not among the machine's temporary files.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testTimeout: 30_000,
  workerIdleMemoryLimit: '512MB',
};
