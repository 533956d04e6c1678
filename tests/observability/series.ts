import type { Series } from './promtool.ts';

export const duration = 'ticketaka_http_server_request_duration_seconds';
export const login = 'service="auth",workload="api",route="/api/auth/login",method="POST"';

export const gauge = (series: string, values: string): Series => ({ series, values });
