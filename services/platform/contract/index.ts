export * as access from './access.ts';
export { roles, type Access, type Role } from './access.ts';
export { defineApi, type Api, type BoundRoutes } from './api.ts';
export { docsRoutes, isDocsRoute, type DocsRouteName } from './docs.ts';
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
  type RouteIdentity,
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
