import { platformErrors } from '@ticketaka/platform/contract';

/** An Authorization header that holds a bearer token at all; whether it is a good one, RequestAuthentication judges. */
export const bearerHeader = 'Bearer .+';

const { status, title } = platformErrors.unauthenticated;

/**
 * What a protected route answers without a token. It is the router that answers, because a policy could only say 403;
 * the words are those of a service's own problem of this code, in both languages, since a fixed answer cannot choose.
 */
export const missingToken = {
  directResponse: {
    status,
    body: {
      string: JSON.stringify({
        type: '/problems/unauthenticated',
        title: `${title.en} / ${title.ko}`,
        status,
        code: 'unauthenticated',
      }),
    },
  },
  headers: {
    response: {
      set: {
        'content-type': 'application/problem+json',
        'www-authenticate': 'Bearer',
        'cache-control': 'no-store',
      },
    },
  },
};
