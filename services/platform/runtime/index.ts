export { type Environment, environmentOf } from './environment.ts';
export { runMigrations } from './run-migrations.ts';
export { runWorkload, type Wiring, type WorkloadOptions } from './run-workload.ts';
export { Runtime } from './runtime.ts';
