export { currentTrace, newTrace, withTrace } from './trace-context.ts';
export { startTelemetry } from './open-telemetry.ts';
