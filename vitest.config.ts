import { defineConfig } from 'vitest/config'

const roots = '{src,agents,graph,prompts,db,evals}'

/** A project a suffix: the suffix tells what a test costs. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'rules',
          include: [`${roots}/**/*.test.ts`],
          exclude: ['**/*.{db,http,redis,nats,browser,house}.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'db',
          include: [`${roots}/**/*.{db,http,redis,nats}.test.ts`],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'house', include: [`${roots}/**/*.house.test.ts`], testTimeout: 120_000 } },
    ],
  },
})
