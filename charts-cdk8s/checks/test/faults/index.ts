export { edits } from './edits.ts';
export { broken } from './fault.ts';
export { istioFaults } from './istio.ts';
export { kubernetesFaults } from './kubernetes.ts';
export { policyFaults } from './policy.ts';
export { referenceFaults } from './reference.ts';
export { securityFaults } from './security.ts';
