export { type Environment, environmentOf } from './environment.ts';
export { runWorkload, type Wiring, type WorkloadOptions } from './run-workload.ts';
export { Runtime } from './runtime.ts';
