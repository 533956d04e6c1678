export { Batcher, type BatcherOptions, KeyedBatcher, type RunBatch } from './batcher.ts';
