export * as access from './access.ts';
export { roles, type Access, type Role } from './access.ts';
export { defineApi, type Api } from './api.ts';
export {
  defineErrors,
  platformErrors,
  type ErrorSpec,
  type ErrorTable,
  type PlatformErrorCode,
  type Text,
} from './errors.ts';
export { defineMessage, type Message, type MessageData } from './message.ts';
export {
  bytes,
  content,
  noContent,
  type ContentSpec,
  type Method,
  type ResponseSpec,
  type Route,
  type RouteSpec,
} from './route.ts';
export {
  defineService,
  workloadName,
  workloadOf,
  type Consumption,
  type Egress,
  type Service,
  type Workload,
} from './service.ts';
