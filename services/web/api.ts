import { access, content, defineApi } from '@ticketaka/platform/contract';
import { z } from 'zod';

/** What a browser finds at the root. The pages about the API, here, are about the APIs of all services. */
export const api = defineApi({
  service: 'web',
  base: '',
  title: 'Ticketaka',
  routes: {
    home: {
      method: 'GET',
      path: '/',
      access: access.public(),
      summary: 'The first page',
      query: z.object({
        locale: z.enum(['ko', 'en']).optional().describe('Language of the page; otherwise what the browser prefers'),
      }),
      responses: { 200: content('text/html', z.string()) },
    },
    icon: {
      method: 'GET',
      path: '/favicon.svg',
      access: access.public(),
      summary: 'The icon of the site',
      responses: { 200: content('image/svg+xml', z.string()) },
    },
  },
});
