import { api as auth } from '@ticketaka/auth/api';
import { api as members } from '@ticketaka/members/api';
import { api as performances } from '@ticketaka/performances/api';
import type { Api } from '@ticketaka/platform/contract';
import { mergeDocuments, type OpenApiDocument, openApiDocument } from '@ticketaka/platform/openapi';

/** The services that clients can talk to. */
export const apis: readonly Api[] = [auth, members, performances];

/** One OpenAPI document of all services, as the gateway shows them. */
export const platformDocument: OpenApiDocument = mergeDocuments(apis.map((api) => openApiDocument(api)));
