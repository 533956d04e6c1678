export * as access from './access.ts';
export { type Access, type Role, roles } from './access.ts';
export { type Api, type BoundRoutes, defineApi } from './api.ts';
export { type DocsRouteName, docsRoutes, isDocsRoute } from './docs.ts';
export {
  defineErrors,
  type ErrorSpec,
  type ErrorTable,
  type PlatformErrorCode,
  platformErrors,
  type Text,
} from './errors.ts';
export {
  type EventStreamSpec,
  eventStream,
  eventStreamOf,
  isEventStream,
  type StreamEvents,
} from './event-stream.ts';
export { defineMessage, type Message, type MessageData } from './message.ts';
export {
  bytes,
  type ContentSpec,
  content,
  isContent,
  isJsonType,
  type Method,
  noContent,
  type RequestSpec,
  type ResponseSpec,
  type Route,
  type RouteIdentity,
  type RouteSpec,
  requestType,
} from './route.ts';
export {
  type Consumption,
  defineService,
  type Egress,
  type Following,
  type Service,
  usesBroker,
  type Workload,
  workloadName,
  workloadOf,
} from './service.ts';
