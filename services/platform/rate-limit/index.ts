export { clientNetwork } from './client-network.ts';
export { createRateLimiter, RateLimited, type RateLimiter, type RateLimiterOptions } from './rate-limiter.ts';
