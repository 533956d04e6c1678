import type { Api } from '@ticketaka/platform/contract';
import type { Handlers } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { homeHeaders, homePage } from '../pages/home.ts';
import { icon } from '../pages/icon.ts';

/** @param apis the services that the first page names */
export function createHandlers(apis: readonly Api[]): Handlers<typeof api> {
  return {
    home: async ({ query, locale }) => ({
      status: 200,
      body: homePage(query.locale ?? locale, apis),
      headers: { ...homeHeaders, 'content-type': 'text/html; charset=utf-8' },
    }),
    icon: async () => ({ status: 200, body: icon, headers: { 'cache-control': 'public, max-age=86400' } }),
  };
}
