export { refusedRefundHandlers } from './handlers.ts';
export { refusedRefundRoutes } from './routes.ts';
