export { KeyedBatcher } from './batcher.ts';
