import { defineConfig } from '@playwright/test'

// One story at a time: each holds a whole briefing with several browsers, and the measured times mean something only
// on a machine that does nothing else.
export default defineConfig({
  testDir: 'stories',
  outputDir: 'test-results',
  globalSetup: './harness/inputs.ts',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: { actionTimeout: 15_000, navigationTimeout: 20_000 },
  forbidOnly: true,
})
