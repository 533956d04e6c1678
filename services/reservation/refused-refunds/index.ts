export { refusedRefundHandlers } from './handlers.ts';
