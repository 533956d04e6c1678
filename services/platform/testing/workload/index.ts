export { startTestWorkload, type TestWorkload } from './start-test-workload.ts';
