export type { Component } from './component.ts';
export { Health, type HealthReport } from './health.ts';
export { type RunOptions, runComponents } from './run.ts';
