export { bestAvailable } from './best-available.ts';
export { type Layout, prepareLayout } from './layout.ts';
