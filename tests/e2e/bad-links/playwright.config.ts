import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'rows',
  outputDir: '../test-results/bad-links',
  globalSetup: '../harness/inputs.ts',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: { actionTimeout: 15_000, navigationTimeout: 20_000 },
  forbidOnly: true,
})
