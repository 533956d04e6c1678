export { startTelemetry } from './open-telemetry.ts';
export { currentTrace, newTrace, withTrace } from './trace-context.ts';
